public import EventLedger
import Synchronization

/// A ledger in memory: the reference of what every backend does, and a fast one for unit tests.
///
/// It keeps every promise of a ``LeasingLedger`` but one: what it holds ends with the process. All of it is one value
/// behind one lock, and each operation is one function on that value. The lock is never held while anything waits.
///
/// ```swift
/// let ledger = InMemoryLedger()
/// try await ledger.commit { try $0.append(DigestCreated(user: "ada", papers: 20), to: "digest-ada") }
/// ```
public final class InMemoryLedger: LeasingLedger {
    /// Where the ledger gets the time from.
    public let clock: any LedgerClock

    let state: Mutex<LedgerState>
    /// Signalled when events were committed.
    let eventSignal = CommitSignal()
    /// Signalled when tasks may have become leasable.
    let taskSignal = CommitSignal()

    /// Makes an empty ledger.
    ///
    /// - Parameters:
    ///   - clock: Where it gets the time from.
    ///   - commitRetention: How long a commit is recognised by its id, and its receipt returned whole; 7 days unless given.
    ///     After that its events are still recognised by theirs.
    public init(clock: any LedgerClock = SystemClock(), commitRetention: Duration = .seconds(7 * 86_400)) {
        self.clock = clock
        state = Mutex(LedgerState(commitRetention: commitRetention))
    }

    /// The documents.
    public var documents: any DocumentStore { InMemoryDocumentStore(ledger: self) }
    /// The tasks, to be leased. Tasks are given back when their leases expire, which is noticed whenever the queue is used.
    public var leasedTasks: any LeasedTaskQueue { InMemoryTaskQueue(ledger: self) }
    /// The dead letters.
    public var deadLetters: any DeadLetterStore { InMemoryDeadLetterStore(ledger: self) }

    /// Makes everything in a commit true, or nothing; see ``EventStore``.
    ///
    /// - Complexity: O(size of the commit + events behind the positions of its conditions).
    @discardableResult
    public func commit(_ commit: Commit) async throws -> Receipt {
        try await commit.submit { commit in
            let receipt = try update { state, now in try state.commit(commit, at: now) }
            guard !receipt.isDuplicate else { return receipt }
            if receipt.firstPosition != nil { eventSignal.signal() }
            if !commit.tasks.isEmpty || !commit.completions.isEmpty { taskSignal.signal() }
            return receipt
        }
    }

    /// Reads some events of a selection: at most 500, or about 1 MiB.
    ///
    /// - Complexity: O(events that are looked at), at most 10,000 a page: a page of a selection that few events match may be
    ///   short, and even empty, although others follow.
    public func page(_ selection: EventSelection) async throws -> EventPage {
        try selection.validate()
        return try update { state, _ in try state.page(selection) }
    }

    /// The checkpoint behind the last event.
    public func head() async throws -> Checkpoint {
        try update { state, _ in Checkpoint(state.head) }
    }

    /// Returns when there are events behind a checkpoint.
    public func waitForEvents(after checkpoint: Checkpoint) async throws {
        while true {
            // Taken before looking, so that a commit between looking and waiting is not missed.
            let ticket = eventSignal.ticket
            let last = try await self.head()
            if !checkpoint.covers(last) { return }
            try await eventSignal.wait(since: ticket)
        }
    }

    /// Runs one operation on the value, alone.
    ///
    /// - Parameter body: The operation, given the state and the time. The clock is asked before the lock is taken, because
    ///   no foreign code may run under it; the operations do not mind a time that is a little old.
    func update<Result: Sendable>(_ body: (inout LedgerState, Timestamp) throws -> Result) throws -> Result {
        let now = clock.now
        return try state.withLock { state in try body(&state, now) }
    }
}
