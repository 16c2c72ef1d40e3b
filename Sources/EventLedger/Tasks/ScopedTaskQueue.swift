/// A task queue that takes tasks for some queues only, and does not let its holder decide how queues work.
struct ScopedTaskQueue: TaskQueue {
    private let base: Hidden<any TaskQueue>
    private let queues: Set<QueueName>

    init(_ base: any TaskQueue, queues: Set<QueueName>) {
        self.base = Hidden(base)
        self.queues = queues
    }

    func enqueue(_ tasks: [NewTask]) async throws -> [EnqueuedTask] {
        try check(tasks.map(\.queue))
        return try await base.value.enqueue(tasks)
    }

    func cancel(_ name: TaskName, in queue: QueueName) async throws -> Bool {
        try check([queue])
        return try await base.value.cancel(name, in: queue)
    }

    func pause(_ queue: QueueName) async throws { throw LedgerError.outsideScope("pausing queues") }

    func resume(_ queue: QueueName) async throws { throw LedgerError.outsideScope("resuming queues") }

    func configure(_ queue: QueueName, _ configuration: QueueConfiguration) async throws {
        throw LedgerError.outsideScope("configuring queues")
    }

    private func check(_ asked: [QueueName]) throws {
        var outside = OutsideScope()
        for queue in asked where !queues.contains(queue) { outside.add(queue) }
        try outside.check()
    }
}
