import EventLedger

@testable import EventLedgerGCP

/// A ledger on Firestore as the model and the audits take one: they list tasks, and nobody leases them.
struct ListedLedger: LeasingLedger {
    let base: FirestoreLedger
    private let listed: ListedTasks

    init(_ cloud: GoogleCloud, _ options: FirestoreLedgerOptions = ListedLedger.options()) throws {
        base = try FirestoreLedger(on: cloud, options: options)
        listed = ListedTasks(queue: base.pushedTasks)
    }

    /// It looks often at what others do, and waits for longer than a busy machine stands still.
    static func options(
        clock: any LedgerClock = SystemClock(), deadline: Duration = .seconds(60)
    ) -> FirestoreLedgerOptions {
        FirestoreLedgerOptions(pollInterval: .milliseconds(50), commitDeadline: deadline, clock: clock)
    }

    var clock: any LedgerClock { base.clock }
    var documents: any DocumentStore { base.documents }
    var deadLetters: any DeadLetterStore { base.deadLetters }
    var leasedTasks: any LeasedTaskQueue { listed }

    func commit(_ commit: Commit) async throws -> Receipt { try await base.commit(commit) }
    func page(_ selection: EventSelection) async throws -> EventPage { try await base.page(selection) }
    func head() async throws -> Checkpoint { try await base.head() }
    func waitForEvents(after checkpoint: Checkpoint) async throws {
        try await base.waitForEvents(after: checkpoint)
    }

    /// Begins an attempt at a task as the endpoint does when it is delivered.
    ///
    /// - Returns: `nil` where there is nothing to do.
    func begin(_ key: TaskKey) async throws -> TaskLease? {
        let queue = listed.queue, root = queue.root
        let carried = try await queue.database.change(FirestoreTaskPaths.task(key, root: root)) { workspace in
            try FirestoreTasks.task(key, root: root, workspace)?.carried
        }
        guard let carried else { return nil }
        let start = try await queue.begin(carried, delivery: nil, worker: "reliability", for: .seconds(3600))
        if case .begun(let leased) = start { return leased.lease }
        return nil
    }
}

/// The tasks of a ledger on Firestore where a queue that leases is asked for.
private struct ListedTasks: LeasedTaskQueue {
    let queue: FirestoreTaskQueue

    func enqueue(_ tasks: [NewTask]) async throws -> [EnqueuedTask] { try await queue.enqueue(tasks) }
    func cancel(_ name: TaskName, in queue: QueueName) async throws -> Bool {
        try await self.queue.cancel(name, in: queue)
    }
    func pause(_ queue: QueueName) async throws { try await self.queue.pause(queue) }
    func resume(_ queue: QueueName) async throws { try await self.queue.resume(queue) }
    func configure(_ queue: QueueName, _ configuration: QueueConfiguration) async throws {
        try await self.queue.configure(queue, configuration)
    }

    func tasks(_ query: TaskQuery) async throws -> TaskPage { try await queue.tasks(query) }
    func statistics() async throws -> [QueueStatistics] { try await queue.statistics() }
    func configuration(of queue: QueueName) async throws -> QueueConfiguration {
        try await self.queue.configuration(of: queue)
    }

    func lease(
        from queues: [QueueName], limit: Int, for duration: Duration, worker: WorkerName
    ) async throws -> [LeasedTask] { throw Self.notLeased }
    func extend(_ lease: TaskLease, for duration: Duration) async throws -> TaskLease { throw Self.notLeased }
    func settle(_ lease: TaskLease, _ settlement: TaskSettlement) async throws -> TaskState { throw Self.notLeased }
    func outlook(for queues: [QueueName]) async throws -> TaskOutlook { throw Self.notLeased }
    func waitForTasks(since outlook: TaskOutlook, until deadline: Timestamp) async throws { throw Self.notLeased }

    private static var notLeased: LedgerError {
        LedgerError(.unsupported, "Tasks in Firestore are carried by something else; nobody leases them.")
    }
}
