import EventLedger
import EventLedgerInMemory
import EventLedgerTesting
import Logging
import Synchronization
import TestSupport

/// What the workers of these tests do.
enum WorkerFixtures {
    struct Number: TaskPayload {
        static let kind: TaskKind = "number"
        let value: Int
    }

    struct Counted: Event {
        static let eventType: EventType = "counted"
        let value: Int
    }

    typealias Handler = ClosureHandler<Number>

    /// Something that failed on purpose.
    struct Broken: Error {}

    /// Collects values from any task.
    final class Log<Value: Sendable>: Sendable {
        private let state = Mutex<[Value]>([])
        var values: [Value] { state.withLock { $0 } }
        func add(_ value: Value) { state.withLock { $0.append(value) } }
    }

    static let queue: QueueName = "numbers"

    static func task(_ value: Int, schedule: TaskSchedule = .now, retry: RetryPolicy? = nil) throws -> NewTask {
        try NewTask(Number(value: value), named: TaskName("\(value)"), in: queue, schedule: schedule, retry: retry)
    }

    /// The commit of an attempt that counts its number.
    static func counting(_ number: Number) throws -> TaskOutcome {
        var commit = Commit()
        try commit.append(Counted(value: number.value), to: "numbers")
        return .done(commit)
    }

    static func worker(
        _ ledger: any LeasingLedger, concurrency: Int = 1, leaseDuration: Duration = .seconds(60),
        attemptTimeout: Duration? = nil, gracePeriod: Duration = .seconds(20),
        _ body: @escaping @Sendable (Number, TaskContext) async throws -> TaskOutcome
    ) -> TaskWorker {
        TaskWorker(
            ledger: ledger, queues: [queue], handlers: TaskRouter(Handler(body)), concurrency: concurrency,
            leaseDuration: leaseDuration, attemptTimeout: attemptTimeout, gracePeriod: gracePeriod, name: "tester",
            logger: quiet
        )
    }

    static var quiet: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }

    static func counted(_ ledger: InMemoryLedger) async throws -> [Int] {
        var values: [Int] = []
        for try await event in ledger.read(.stream("numbers")) {
            if let counted = try event.decode(Counted.self) { values.append(counted.value) }
        }
        return values.sorted()
    }

    static func letters(_ ledger: InMemoryLedger) async throws -> [DeadLetter] {
        try await ledger.deadLetters.letters(DeadLetterQuery(), limit: 100, from: nil).letters
    }

    static func record(_ ledger: InMemoryLedger, _ value: Int) async throws -> TaskRecord? {
        try await ledger.leasedTasks.tasks(TaskQuery(queue: queue)).tasks.first { $0.key.name == TaskName("\(value)") }
    }
}
