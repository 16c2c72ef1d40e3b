/// An event store with the documents, tasks and dead letters that live with it, and that one commit makes true together.
///
/// Whoever has `commit` honours every part of a ``Commit``.
public protocol Ledger: EventStore {
    /// The documents.
    var documents: any DocumentStore { get }
    /// The tasks.
    var tasks: any TaskQueue { get }
    /// The dead letters.
    var deadLetters: any DeadLetterStore { get }
}

/// A ledger whose tasks are leased: a worker's effects and its task's completion are one commit.
public protocol LeasingLedger: Ledger {
    /// The tasks, to be leased.
    var leasedTasks: any LeasedTaskQueue { get }
}

extension LeasingLedger {
    public var tasks: any TaskQueue { leasedTasks }
}
