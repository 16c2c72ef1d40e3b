import EventLedger

/// All that a ledger holds, as a plain value. Each operation is one function on it that either does all it says or throws
/// and leaves the value as it was, with one exception: leases that have expired are ended by whatever comes next, even
/// where that is refused, because their end is owed to time alone.
///
/// Operations change the value in place, and make every check before the first write. Keeping a copy to fall back on would
/// be shorter to write, but the first write to a copied array copies all of it: every commit would cost O(events in the
/// ledger).
struct LedgerState: Sendable {
    /// An event, and which commit it came with.
    struct StoredEvent: Sendable {
        let event: RecordedEvent
        let commitID: CommitID
        /// The position of its commit's first event. The commit's id may be used again once it is forgotten; this is unique.
        let firstPosition: Position
    }

    /// When a commit was made, in the order of commits.
    struct RememberedCommit: Sendable {
        let id: CommitID
        let recordedAt: Timestamp
    }

    let commitRetention: Duration

    // The event at position n has the index n - 1.
    var events: [StoredEvent] = []
    var positions: [EventID: Position] = [:]
    // The event of revision n has the index n - 1 in its stream.
    var streams: [StreamName: [Position]] = [:]

    var receipts: [CommitID: Receipt] = [:]
    var rememberedCommits: [RememberedCommit] = []
    var forgottenCommitCount = 0

    var collections: [CollectionName: [DocumentID: Document]] = [:]
    /// What the documents in `_collections` say, decoded.
    var owners: [CollectionName: CollectionOwnership] = [:]

    var queues: [QueueName: QueueState] = [:]
    var letters: [DeadLetterID: DeadLetter] = [:]
    /// The latest time that tasks have seen.
    private var taskTime = Timestamp.distantPast
    private var lastNumber: Int64 = 0

    init(commitRetention: Duration) { self.commitRetention = commitRetention }

    /// The position of the last event.
    var head: Position { Position(Int64(events.count)) }

    /// The event at a position, which must be one that the ledger has given.
    func storedEvent(at position: Position) -> StoredEvent { events[Int(position.rawValue) - 1] }

    /// The time for tasks: that of the clock, or the latest that tasks have seen where the clock was set back. A lease
    /// would otherwise last longer than was promised, and a task wait twice.
    mutating func advanceTaskTime(to now: Timestamp) -> Timestamp {
        taskTime = max(taskTime, now)
        return taskTime
    }

    /// A number greater than all before it: the turns of tasks, and fencing tokens.
    mutating func nextNumber() -> Int64 {
        lastNumber += 1
        return lastNumber
    }
}
