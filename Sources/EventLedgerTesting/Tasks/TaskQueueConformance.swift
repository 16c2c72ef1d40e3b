#if canImport(Testing)
import EventLedger
import Synchronization
import Testing

/// What a `TaskQueue` owes its users, by the numbers of its documentation, whatever delivers its tasks: it is checked through
/// handlers and what they record.
///
/// ```swift
/// @Test(arguments: TaskQueueConformance.obligations)
/// func taskQueue(_ obligation: TaskQueueConformance.Obligation) async throws {
///     try await obligation.check { clock in TaskQueueSubject.leased(InMemoryLedger(clock: clock), clock: clock) }
/// }
/// ```
public enum TaskQueueConformance {
    /// An obligation of a queue with its delivery.
    public typealias Obligation = ConformanceObligation<TaskQueueSubject>
    typealias Run = ConformanceRun<TaskQueueSubject>

    /// All obligations.
    public static let obligations: [Obligation] = [delivering, listing, naming, steering, retrying].flatMap { $0 }

    static let queue: QueueName = "work"

    static func task(
        _ name: String, in queue: QueueName = queue, number: Int = 0, schedule: TaskSchedule = .now,
        headers: JSONObject = [:], retry: RetryPolicy? = nil
    ) throws -> NewTask {
        var task = try NewTask(
            Errand(number: number), named: TaskName(name), in: queue, schedule: schedule, retry: retry
        )
        task.headers = headers
        return task
    }

    /// A policy whose waits are those that every service can keep.
    static func policy(_ attempts: Int?, wait seconds: Int = 1) -> RetryPolicy {
        RetryPolicy(maxAttempts: attempts, minBackoff: .seconds(seconds), maxBackoff: .seconds(seconds))
    }
}

/// What the suite's tasks carry.
struct Errand: TaskPayload {
    static let kind: TaskKind = "test.errand"
    let number: Int
}

/// An error that the suite's handlers throw.
struct ErrandFailure: Error, CustomStringConvertible {
    var description: String { "It is broken." }
}

/// Notes each attempt, and does what it was told.
struct ErrandHandler: TaskHandler {
    let log: ErrandLog
    let work: @Sendable (Errand, TaskContext) async throws -> TaskOutcome

    func handle(_ payload: Errand, in context: TaskContext) async throws -> TaskOutcome {
        log.note(ErrandLog.Attempt(key: context.key, number: context.attempt, time: context.clock.now))
        return try await work(payload, context)
    }
}

/// The attempts that were made.
final class ErrandLog: Sendable {
    struct Attempt: Hashable, Sendable {
        let key: TaskKey
        let number: Int
        let time: Timestamp
    }

    private let attempts = Mutex<[Attempt]>([])

    func note(_ attempt: Attempt) { attempts.withLock { $0.append(attempt) } }
    var all: [Attempt] { attempts.withLock { $0 } }
    /// The names of the tasks, in the order of their attempts.
    var names: [String] { all.map(\.key.name.rawValue) }
    /// The attempts at one task.
    func of(_ name: TaskName) -> [Attempt] { all.filter { $0.key.name == name } }
}

extension TaskQueueSubject {
    /// Delivers tasks until a condition holds; three minutes of real time are the limit.
    func deliver(
        from queues: [QueueName] = [TaskQueueConformance.queue], logging log: ErrandLog, _ what: String,
        until condition: @escaping @Sendable () async throws -> Bool,
        _ work: @escaping @Sendable (Errand, TaskContext) async throws -> TaskOutcome = { _, _ in .done() }
    ) async throws {
        let handlers = TaskRouter(ErrandHandler(log: log, work: work)), deliver = deliver
        try await expectToEnd(what) { try await deliver(handlers, queues, condition) }
    }

    /// Whether a task has ended as a dead letter.
    func isBuried(_ name: TaskName, generation: Int = 1, in queue: QueueName = TaskQueueConformance.queue) async throws
        -> Bool
    {
        let key = TaskKey(queue: queue, name: name, generation: generation)
        return try await ledger.deadLetters.letter(DeadLetterID(of: key)) != nil
    }

    /// Whether a stream has an event: what handlers record, and what shows that a task is done.
    func hasEvent(in stream: StreamName) async throws -> Bool { try await eventCount(in: stream) > 0 }

    func eventCount(in stream: StreamName) async throws -> Int {
        try await ledger.collect(EventSelection.stream(stream)).count
    }

    /// A handler's commit that leaves one event for a task.
    static func mark(_ key: TaskKey) -> TaskOutcome {
        var commit = Commit()
        commit.append(contentsOf: [note(key.generation)], to: TaskQueueSubject.stream(key.name))
        return .done(commit)
    }

    /// The stream in which a task leaves its event.
    static func stream(_ name: TaskName) -> StreamName { StreamName("of-\(name)") }
}
#endif
