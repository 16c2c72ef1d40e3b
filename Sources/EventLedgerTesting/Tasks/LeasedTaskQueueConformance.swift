#if canImport(Testing)
public import EventLedger
import Testing

/// What a `LeasedTaskQueue` owes its users, by the numbers of its documentation. It is checked on the ledger that the queue
/// belongs to, because completion is a part of a commit. What it owes as a `ListableTaskQueue` is in
/// ``TaskQueueConformance``.
///
/// ```swift
/// @Test(arguments: LeasedTaskQueueConformance.obligations)
/// func tasks(_ obligation: LeasedTaskQueueConformance.Obligation) async throws {
///     try await obligation.check { clock in try await makeLedger(clock) }
/// }
/// ```
public enum LeasedTaskQueueConformance {
    /// An obligation of a ledger whose tasks are leased.
    public typealias Obligation = ConformanceObligation<any LeasingLedger>
    typealias Run = ConformanceRun<any LeasingLedger>

    /// All obligations.
    public static let obligations: [Obligation] =
        [enqueueing, generations, control, rates, retries, leases, completion, listing].flatMap { $0 }

    static let minute = Duration.seconds(60)

    static func task(
        _ name: String, in queue: QueueName = "work", payload: JSONText = .emptyObject, schedule: TaskSchedule = .now,
        headers: JSONObject = [:], retry: RetryPolicy? = nil
    ) -> NewTask {
        NewTask(
            kind: "test.task", payload: payload, named: TaskName(name), in: queue, schedule: schedule, headers: headers,
            retry: retry
        )
    }

    /// A policy that tries again at once.
    static func immediately(_ attempts: Int? = nil) -> RetryPolicy {
        RetryPolicy(maxAttempts: attempts, minBackoff: .zero, maxBackoff: .zero)
    }

    static let failure = TaskFailure(errorType: "TestError", message: "It is broken \u{1F600}.")
}

extension LeasingLedger {
    /// Enqueues one task.
    @discardableResult
    func enqueue(_ task: NewTask) async throws -> EnqueuedTask {
        let enqueued = try await leasedTasks.enqueue([task])
        return try #require(enqueued.first)
    }

    /// Leases tasks for a minute.
    func lease(
        _ limit: Int = 1, from queue: QueueName = "work", for duration: Duration = .seconds(60),
        worker: WorkerName = "ada"
    ) async throws -> [LeasedTask] {
        try await leasedTasks.lease(from: [queue], limit: limit, for: duration, worker: worker)
    }

    /// Leases a task that must be there.
    func leaseOne(
        from queue: QueueName = "work", for duration: Duration = .seconds(60), worker: WorkerName = "ada",
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> LeasedTask {
        let leased = try await lease(1, from: queue, for: duration, worker: worker)
        return try #require(leased.first, "a task that can be leased", sourceLocation: sourceLocation)
    }

    /// The names of the tasks that can be leased now.
    func leasedNames(_ limit: Int = 100, from queue: QueueName = "work") async throws -> [String] {
        try await lease(limit, from: queue).map(\.task.key.name.rawValue)
    }

    /// Completes a task with nothing else.
    func complete(_ leased: LeasedTask) async throws {
        _ = try await commit { $0.complete(leased.lease) }
    }

    /// The task with a name, of the latest generation.
    func record(_ name: TaskName, in queue: QueueName = "work") async throws -> TaskRecord? {
        try await leasedTasks.tasks(TaskQuery(queue: queue, limit: 1000)).tasks.last { $0.key.name == name }
    }

    /// All dead letters, the latest failure first.
    func allLetters() async throws -> [DeadLetter] {
        try await deadLetters.letters(DeadLetterQuery(), limit: 1000, from: nil).letters
    }

    /// How a queue stands.
    func statistics(of queue: QueueName = "work") async throws -> QueueStatistics? {
        try await leasedTasks.statistics().first { $0.queue == queue }
    }
}
#endif
