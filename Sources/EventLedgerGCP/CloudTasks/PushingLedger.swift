public import EventLedger

/// A ledger whose tasks are in Firestore, to be pushed by Cloud Tasks: what a ``TaskDispatcher`` and a ``TaskPushEndpoint`` need
/// of it.
///
/// ``FirestoreLedger``, ``PartitionedFirestoreLedger`` and each of its partitions are such.
public protocol PushingLedger: Sendable {
    /// The tasks.
    var pushedTasks: FirestoreTaskQueue { get }
    /// Where tasks go that could not be handled.
    var deadLetters: any DeadLetterStore { get }
    /// Where the ledger gets the time from.
    var clock: any LedgerClock { get }

    /// Makes everything in a commit true, the completion of a task included, or nothing.
    ///
    /// - Throws: What ``EventStore/commit(_:)`` throws.
    @discardableResult
    func commit(_ commit: Commit) async throws -> Receipt
}

extension PushingLedger {
    /// The same tasks, as a queue of whatever kind.
    public var tasks: any TaskQueue { pushedTasks }
}
