public import EventLedger

/// One partition of a ``PartitionedFirestoreLedger``, as a ledger of the streams that belong to it: positions without gaps,
/// conditions, and selections of every kind. Streams of other partitions are refused when they are appended to, and empty when
/// they are read.
///
/// ```swift
/// let report = try await LedgerVerifier(try ledger.partition(2)).verify()
/// ```
///
/// Documents, tasks and dead letters are those of the whole ledger: any partition's commit may write any of them.
public struct FirestoreLedgerPartition: Ledger, PushingLedger {
    /// Which one, from 0.
    public let number: Int
    private let base: PartitionedFirestoreLedger

    init(_ number: Int, of base: PartitionedFirestoreLedger) {
        self.number = number
        self.base = base
    }

    public var clock: any LedgerClock { base.clock }
    public var documents: any DocumentStore { base.documents }
    public var pushedTasks: FirestoreTaskQueue { base.pushedTasks }
    public var deadLetters: any DeadLetterStore { base.deadLetters }

    /// Makes everything in a commit true, or nothing; see ``EventStore``.
    ///
    /// - Throws: What ``EventStore/commit(_:)`` throws; `invalidValue` for a stream of another partition.
    @discardableResult
    public func commit(_ commit: Commit) async throws -> Receipt {
        try await commit.submit { try await base.submit($0, to: number) }
    }

    /// Reads some events of a selection, as ``FirestoreLedger/page(_:)`` does.
    public func page(_ selection: EventSelection) async throws -> EventPage {
        try selection.validate()
        return try await base.readers[number].page(selection)
    }

    /// The checkpoint behind the last event of the partition; one read.
    public func head() async throws -> Checkpoint {
        Checkpoint(Position(try await base.partitions[number].head().position))
    }

    public func waitForEvents(after checkpoint: Checkpoint) async throws {
        guard let position = checkpoint.position else {
            throw LedgerError(
                .invalidValue,
                "The checkpoint '\(checkpoint)' is of a partitioned reader; this one reads one partition. Wait behind a checkpoint "
                    + "that it gave."
            )
        }
        try await base.waitForEvents(after: position, in: number)
    }
}
