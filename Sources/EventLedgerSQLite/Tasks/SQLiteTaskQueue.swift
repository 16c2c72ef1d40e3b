public import EventLedger

/// The tasks of a ledger file. Its limits hold across all processes that share the file.
public struct SQLiteTaskQueue: LeasedTaskQueue {
    let writer: CommitWriter
    let readers: ReaderPool
    let signals: LedgerSignals
    let path: String
    let clock: any LedgerClock

    @discardableResult
    public func enqueue(_ tasks: [NewTask]) async throws -> [EnqueuedTask] {
        try NewTask.checkCount(tasks.count)
        for task in tasks { try task.validate() }
        guard !tasks.isEmpty else { return [] }
        return try await writer.write { session in
            try tasks.map { try session.enqueue($0) }
        }
    }

    @discardableResult
    public func cancel(_ name: TaskName, in queue: QueueName) async throws -> Bool {
        try name.validate()
        try queue.validate()
        return try await writer.write { try $0.cancel(name, in: queue) }
    }

    public func pause(_ queue: QueueName) async throws {
        try queue.validate()
        try await writer.write { try $0.setPaused(queue, true) }
    }

    public func resume(_ queue: QueueName) async throws {
        try queue.validate()
        try await writer.write { try $0.setPaused(queue, false) }
    }

    public func configure(_ queue: QueueName, _ configuration: QueueConfiguration) async throws {
        try queue.validate()
        try configuration.validate()
        try await writer.write { try $0.configure(queue, configuration) }
    }

    public func lease(
        from queues: [QueueName], limit: Int, for duration: Duration, worker: WorkerName
    ) async throws -> [LeasedTask] {
        for queue in queues { try queue.validate() }
        try worker.validate()
        guard limit >= 1, duration > .zero else {
            throw LedgerError(.invalidValue, "A lease needs a limit of at least 1 task and a duration above zero.")
        }
        // A power cut that takes a lease takes its holder along, and the task is leased again: no sync is needed.
        return try await writer.write(isSynced: false) {
            try $0.lease(from: queues, limit: min(limit, 1000), for: duration, worker: worker)
        }
    }

    public func extend(_ lease: TaskLease, for duration: Duration) async throws -> TaskLease {
        guard duration > .zero else {
            throw LedgerError(.invalidValue, "A lease can only be extended by a duration above zero.")
        }
        return try await writer.write(isSynced: false) { try $0.extend(lease, for: duration) }
    }

    @discardableResult
    public func settle(_ lease: TaskLease, _ settlement: TaskSettlement) async throws -> TaskState {
        try await writer.write { try $0.settle(lease, settlement) }
    }

    public func outlook(for queues: [QueueName]) async throws -> TaskOutlook {
        for queue in queues { try queue.validate() }
        let ticket = signals.tasks.ticket
        return TaskOutlook(next: try await readers.read { try $0.nextTaskTime(in: queues) }, ticket: ticket)
    }

    public func waitForTasks(since outlook: TaskOutlook, until deadline: Timestamp) async throws {
        if signals.isClosed { throw ReaderPool.closedError(path) }
        try await signals.watching {
            try await signals.tasks.wait(since: outlook.ticket, until: deadline, clock: clock)
        }
    }

    public func tasks(_ query: TaskQuery) async throws -> TaskPage {
        try query.queue?.validate()
        guard (1...1000).contains(query.limit) else {
            throw LedgerError(.invalidValue, "A page of \(query.limit) tasks was asked for; 1 to 1,000 are possible.")
        }
        return try await readers.read { try $0.tasks(query) }
    }

    public func statistics() async throws -> [QueueStatistics] {
        let now = clock.now
        return try await readers.read { try $0.queueStatistics(now: now) }
    }

    public func configuration(of queue: QueueName) async throws -> QueueConfiguration {
        try queue.validate()
        return try await readers.read { try $0.configuration(of: queue) }
    }
}
