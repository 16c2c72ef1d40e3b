public import EventLedger

/// The tasks of a ledger on Firestore: a ``PushingLedger`` has one.
///
/// Firestore holds the tasks; Cloud Tasks, or whatever else carries them, is told by a ``TaskDispatcher``. What was said of a
/// queue is kept in Firestore and passed on to the service where the ledger knows one. Tasks are listed and counted from
/// their records, not by the service.
public struct FirestoreTaskQueue: TaskQueue {
    /// `ledgers/{ledger}`
    let root: String
    /// What tells ledgers apart that share a service.
    let ledgerName: String
    let database: any FirestoreTaskDatabase
    let clock: any LedgerClock
    /// Who carries the tasks, where that is known.
    let carrier: (any TaskCarrier)?
    /// Signalled when tasks were enqueued in this process.
    package let signal: CommitSignal

    /// - Parameters:
    ///   - database: Where the tasks are.
    ///   - name: The name of the database, `projects/{project}/databases/{database}`.
    ///   - root: The ledger in it, such as `ledgers/main`.
    ///   - carrier: Who carries the tasks, where that is known.
    ///   - clock: Where the time comes from.
    ///   - signal: Wakes the dispatcher of this process; whoever commits tasks signals.
    package init(
        _ database: any FirestoreTaskDatabase, named name: String, root: String, carrier: (any TaskCarrier)? = nil,
        clock: any LedgerClock, signal: CommitSignal
    ) {
        self.database = database
        self.root = root
        ledgerName = "\(name)/documents/\(root)"
        self.carrier = carrier
        self.clock = clock
        self.signal = signal
    }

    public func enqueue(_ tasks: [NewTask]) async throws -> [EnqueuedTask] {
        try NewTask.checkCount(tasks.count)
        for task in tasks { try task.validate() }
        guard !tasks.isEmpty else { return [] }
        let root = root, now = clock.now
        let paths = FirestoreTasks.paths(enqueueing: tasks, completing: [], root: root)
        let enqueued = try await database.change(paths) { workspace in
            try FirestoreWorkspace.gather(tasks) { task in
                try FirestoreTasks.enqueue(task, at: now, root: root, in: &workspace)
            }
        }
        signal.signal()
        return enqueued
    }

    public func cancel(_ name: TaskName, in queue: QueueName) async throws -> Bool {
        try name.validate()
        try queue.validate()
        let root = root, now = clock.now
        let paths = FirestoreTaskPaths.task(TaskKey(queue: queue, name: name), root: root)
        let cancelled = try await database.change(paths) { workspace in
            try FirestoreTasks.cancel(name, in: queue, at: now, root: root, in: &workspace)
        }
        for task in cancelled where task.handedOverAt != nil { await drop(task) }
        return !cancelled.isEmpty
    }

    public func pause(_ queue: QueueName) async throws {
        try await change(queue) { $0.isPaused = true }
        try await carrier?.pause(CarriedQueue(queue, of: ledgerName))
    }

    public func resume(_ queue: QueueName) async throws {
        try await change(queue) { $0.isPaused = false }
        try await carrier?.resume(CarriedQueue(queue, of: ledgerName))
        signal.signal()
    }

    /// Sets how a queue works. Cloud Tasks keeps rate and concurrency, and the waits between attempts in whole seconds;
    /// the burst is its own choice.
    public func configure(_ queue: QueueName, _ configuration: QueueConfiguration) async throws {
        try configuration.validate()
        try await change(queue) { $0.configuration = configuration }
        try await carrier?.configure(CarriedQueue(queue, of: ledgerName), configuration)
    }

    /// Whether Cloud Tasks has the queue, which is made by ``configure(_:_:)`` or with its first task; `false` where the ledger
    /// does not know Cloud Tasks.
    ///
    /// It needs `cloudtasks.queues.get`.
    ///
    /// - Throws: ``LedgerError``.
    public func isMade(_ queue: QueueName) async throws -> Bool {
        try queue.validate()
        return try await carrier?.knows(CarriedQueue(queue, of: ledgerName)) ?? false
    }

    /// Cancels all tasks of a queue that wait; those that are being handled go on.
    ///
    /// - Returns: How many were cancelled.
    /// - Throws: ``LedgerError``; `corrupt` where a record cannot be read, when all others were cancelled.
    @discardableResult
    public func purge(_ queue: QueueName) async throws -> Int {
        try queue.validate()
        let root = root
        var count = 0
        while true {
            let page = try await database.documents(
                of: FirestoreTasks.query(waitingIn: queue, limit: 100), below: root, at: nil)
            let records = page.map { FirestoreTaskRecord($0).task }
            let names = Set(records.compactMap { try? $0.get().key.name })
            let now = clock.now
            let keys = names.map { TaskKey(queue: queue, name: $0) }
            let paths = keys.flatMap { FirestoreTaskPaths.task($0, root: root) }
            let cancelled = try await database.change(paths) { workspace in
                try FirestoreWorkspace.gather(names) { name in
                    try FirestoreTasks.cancel(name, in: queue, at: now, root: root, in: &workspace)
                }.flatMap { $0 }
            }
            guard !cancelled.isEmpty else {
                for case .failure(let error) in records { throw error }
                return count
            }
            count += cancelled.count
            // One by one: the service's own purge would take those too that are being handled, or were enqueued since, and
            // nothing would deliver them again.
            await withTaskGroup(of: Void.self) { group in
                for task in cancelled where task.handedOverAt != nil { group.addTask { await drop(task) } }
            }
        }
    }

    /// Changes a queue's record.
    private func change(
        _ queue: QueueName, _ body: @escaping @Sendable (inout FirestoreQueue) -> Void
    ) async throws {
        try queue.validate()
        let path = FirestoreTaskPaths.queue(queue, root: root)
        try await database.change([path]) { workspace in
            var stored = try FirestoreQueue(at: path, in: workspace)
            body(&stored)
            try stored.store(as: queue, at: path, in: &workspace)
        }
    }

    /// Has a cancelled task not delivered. Where that fails it is delivered and finds nothing to do.
    private func drop(_ task: FirestoreTask) async {
        guard let carrier else { return }
        try? await carrier.drop(TaskDispatch(task, ledger: ledgerName, policy: RetryPolicy()))
    }
}
