import EventLedger

@testable import EventLedgerGCP

/// A ledger on Firestore whose tasks can be listed, so that the model and the audits can look at them: their records are read
/// as they stand in the database. Nobody leases them.
struct ListedLedger: LeasingLedger {
    let base: FirestoreLedger
    private let listed: ListedTasks

    init(_ cloud: GoogleCloud, _ options: FirestoreLedgerOptions = ListedLedger.options()) throws {
        base = try FirestoreLedger(cloud: cloud, options: options)
        listed = ListedTasks(queue: try FirestoreTaskQueue.of(base), database: FirestoreDatabase(cloud: cloud))
    }

    /// It looks often at what others do.
    static func options(
        clock: any LedgerClock = SystemClock(), deadline: Duration = .seconds(30)
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
        let start = try await listed.queue.begin(
            CarriedTask(key: key, carrier: 1), delivery: nil, worker: "reliability", for: .seconds(3600)
        )
        if case .begun(let leased) = start { return leased.lease }
        return nil
    }
}

/// The tasks of a ledger on Firestore, with those questions answered that Firestore's queue need not answer.
private struct ListedTasks: LeasedTaskQueue {
    let queue: FirestoreTaskQueue
    let database: FirestoreDatabase

    func enqueue(_ tasks: [NewTask]) async throws -> [EnqueuedTask] { try await queue.enqueue(tasks) }
    func cancel(_ name: TaskName, in queue: QueueName) async throws -> Bool {
        try await self.queue.cancel(name, in: queue)
    }
    func pause(_ queue: QueueName) async throws { try await self.queue.pause(queue) }
    func resume(_ queue: QueueName) async throws { try await self.queue.resume(queue) }
    func configure(_ queue: QueueName, _ configuration: QueueConfiguration) async throws {
        try await self.queue.configure(queue, configuration)
    }

    /// All of them, in one page.
    func tasks(_ query: TaskQuery) async throws -> TaskPage {
        let documents = try await database.run(
            FirestoreQuery("tasks"), below: queue.root, resource: "the tasks of a test")
        let records = try documents.map { try FirestoreTask(fields: $0.fields, path: $0.path).record() }
        let chosen = records.filter { record in
            (query.queue == nil || record.key.queue == query.queue)
                && (query.states.isEmpty || query.states.contains(record.state))
        }
        let sorted = chosen.sorted { one, other in
            if one.key.queue != other.key.queue { return one.key.queue < other.key.queue }
            if one.key.name != other.key.name { return one.key.name < other.key.name }
            return one.key.generation < other.key.generation
        }
        return TaskPage(tasks: sorted, next: nil)
    }

    func configuration(of queue: QueueName) async throws -> QueueConfiguration {
        try await self.queue.configurations(of: [queue])[queue] ?? QueueConfiguration()
    }

    func statistics() async throws -> [QueueStatistics] { throw Self.notLeased }
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
