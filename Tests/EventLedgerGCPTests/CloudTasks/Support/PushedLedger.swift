import EventLedger
import EventLedgerInMemory

@testable import EventLedgerGCP

/// A ledger whose events are in memory and whose tasks and their letters are as they are in Firestore, in memory too.
struct PushedLedger: Ledger, PushingLedger {
    static let root = "ledgers/test"

    let base: InMemoryLedger
    let database: MemoryTaskDatabase
    let queue: FirestoreTaskQueue
    /// One commit at a time, so that tasks and events become true together.
    private let gate = Turnstile()

    init(clock: any LedgerClock, carrier: (any TaskCarrier)? = nil) {
        base = InMemoryLedger(clock: clock)
        database = MemoryTaskDatabase()
        queue = FirestoreTaskQueue(
            database, named: "projects/p/databases/(default)", root: Self.root, carrier: carrier, clock: clock,
            signal: CommitSignal()
        )
    }

    var clock: any LedgerClock { base.clock }
    var documents: any DocumentStore { base.documents }
    var pushedTasks: FirestoreTaskQueue { queue }
    var deadLetters: any DeadLetterStore { MemoryLetters(database: database, clock: clock, signal: queue.signal) }

    func commit(_ commit: Commit) async throws -> Receipt {
        try await commit.submit { commit in
            await gate.enter()
            do {
                let receipt = try await make(commit)
                await gate.leave()
                return receipt
            } catch {
                await gate.leave()
                throw error
            }
        }
    }

    func page(_ selection: EventSelection) async throws -> EventPage { try await base.page(selection) }
    func head() async throws -> Checkpoint { try await base.head() }
    func waitForEvents(after checkpoint: Checkpoint) async throws { try await base.waitForEvents(after: checkpoint) }

    private func make(_ commit: Commit) async throws -> Receipt {
        let now = clock.now
        let paths = FirestoreTasks.paths(enqueueing: commit.tasks, completing: commit.completions, root: Self.root)
        // Whether the leases hold is asked before anything is written.
        try await database.change(paths) { workspace in
            for lease in commit.completions { _ = try FirestoreTasks.held(lease, root: Self.root, workspace) }
        }
        var rest = Commit(id: commit.id, metadata: commit.metadata)
        for append in commit.appends {
            rest.append(contentsOf: append.events, to: append.stream, expecting: append.expectation)
        }
        for write in commit.documents { rest.write(write) }
        let receipt = try await base.commit(rest)
        if receipt.isDuplicate { return receipt }
        let tasks = try await database.change(paths) { workspace in
            for lease in commit.completions {
                try FirestoreTasks.complete(lease, at: now, root: Self.root, in: &workspace)
            }
            return try commit.tasks.map {
                try FirestoreTasks.enqueue($0, at: now, root: Self.root, in: &workspace)
            }
        }
        if !tasks.isEmpty { queue.signal.signal() }
        return Receipt(
            commitID: receipt.commitID, firstPosition: receipt.firstPosition, position: receipt.position,
            recordedAt: receipt.recordedAt, streams: receipt.streams, tasks: tasks
        )
    }
}

/// Lets in one at a time.
private actor Turnstile {
    private var isTaken = false
    private var waiters: [CheckedContinuation<Void, Never>] = []

    func enter() async {
        if isTaken { await withCheckedContinuation { waiters.append($0) } }
        isTaken = true
    }

    func leave() {
        if waiters.isEmpty { isTaken = false } else { waiters.removeFirst().resume() }
    }
}
