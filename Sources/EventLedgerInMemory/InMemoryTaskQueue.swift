import EventLedger

/// The tasks of a ledger in memory.
struct InMemoryTaskQueue: LeasedTaskQueue {
    let ledger: InMemoryLedger

    func enqueue(_ tasks: [NewTask]) async throws -> [EnqueuedTask] {
        try NewTask.checkCount(tasks.count)
        for task in tasks { try task.validate() }
        return try change { state, now in
            let now = state.advanceTaskTime(to: now)
            var enqueued: [EnqueuedTask] = []
            for task in tasks { enqueued.append(state.enqueue(task, at: now)) }
            return enqueued
        }
    }

    func cancel(_ name: TaskName, in queue: QueueName) async throws -> Bool {
        try name.validate()
        try queue.validate()
        return try change { state, now in state.cancelTask(name, in: queue, at: now) }
    }

    func pause(_ queue: QueueName) async throws {
        try queue.validate()
        try ledger.update { state, _ in state.setPaused(true, queue) }
    }

    func resume(_ queue: QueueName) async throws {
        try queue.validate()
        try change { state, _ in state.setPaused(false, queue) }
    }

    func configure(_ queue: QueueName, _ configuration: QueueConfiguration) async throws {
        try queue.validate()
        try configuration.validate()
        try change { state, now in state.configure(queue, configuration, at: now) }
    }

    func lease(
        from queues: [QueueName], limit: Int, for duration: Duration, worker: WorkerName
    ) async throws -> [LeasedTask] {
        for queue in queues { try queue.validate() }
        try worker.validate()
        try Self.check(duration)
        guard limit >= 1 else {
            throw LedgerError(.invalidValue, "\(limit) tasks were asked for; a worker leases one or more.")
        }
        return try ledger.update { state, now in
            state.lease(from: queues, limit: limit, for: duration, worker: worker, at: now)
        }
    }

    func extend(_ lease: TaskLease, for duration: Duration) async throws -> TaskLease {
        try Self.check(duration)
        return try ledger.update { state, now in try state.extendLease(lease, for: duration, at: now) }
    }

    func settle(_ lease: TaskLease, _ settlement: TaskSettlement) async throws -> TaskState {
        try change { state, now in try state.settle(lease, settlement, at: now) }
    }

    func outlook(for queues: [QueueName]) async throws -> TaskOutlook {
        for queue in queues { try queue.validate() }
        let ticket = ledger.taskSignal.ticket
        let next = try ledger.update { state, now in state.nextTaskTime(in: queues, at: now) }
        return TaskOutlook(next: next, ticket: ticket)
    }

    func waitForTasks(since outlook: TaskOutlook, until deadline: Timestamp) async throws {
        try await ledger.taskSignal.wait(since: outlook.ticket, until: deadline, clock: ledger.clock)
    }

    func tasks(_ query: TaskQuery) async throws -> TaskPage {
        try query.queue?.validate()
        guard (1...1000).contains(query.limit) else {
            throw LedgerError(.invalidValue, "A page of \(query.limit) tasks was asked for; 1 to 1,000 are possible.")
        }
        return try ledger.update { state, now in state.tasks(query, at: now) }
    }

    func statistics() async throws -> [QueueStatistics] {
        try ledger.update { state, now in state.statistics(at: now) }
    }

    func configuration(of queue: QueueName) async throws -> QueueConfiguration {
        try queue.validate()
        return try ledger.update { state, _ in state.queues[queue]?.configuration ?? QueueConfiguration() }
    }

    /// Runs an operation that may make tasks leasable, and wakes the workers that wait.
    private func change<Result: Sendable>(
        _ operation: (inout LedgerState, Timestamp) throws -> Result
    ) throws -> Result {
        let result = try ledger.update(operation)
        ledger.taskSignal.signal()
        return result
    }

    private static func check(_ duration: Duration) throws {
        guard duration > .zero else {
            throw LedgerError(.invalidValue, "A lease of \(duration) was asked for; it must last longer than nothing.")
        }
    }
}
