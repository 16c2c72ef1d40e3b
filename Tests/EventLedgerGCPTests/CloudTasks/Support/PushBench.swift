import EventLedger
import EventLedgerTesting
import Synchronization
import TestSupport
import Testing

@testable import EventLedgerGCP

/// A ledger with pushed tasks, what carries them, and handlers that do what a test says.
struct PushBench: Sendable {
    struct Job: TaskPayload {
        static let kind: TaskKind = "test.job"
        let number: Int
    }

    typealias Handler = ClosureHandler<Job>

    struct Refused: PushAuthenticator {
        let status: Int

        func authenticate(_ request: PushRequest) async throws {
            throw PushRefusal(status: status, reason: "a test says so")
        }
    }

    struct Broken: Error {}

    let clock = TestClock()
    let carrier = LocalCarrier()
    let ledger: PushedLedger
    let dispatcher: TaskDispatcher

    init() {
        ledger = PushedLedger(clock: clock, carrier: carrier)
        dispatcher = TaskDispatcher(ledger.queue, carrier: carrier)
    }

    static func task(
        _ name: String = "a", schedule: TaskSchedule = .now, retry: RetryPolicy? = nil
    ) throws -> NewTask {
        try NewTask(Job(number: 1), named: TaskName(name), in: "work", schedule: schedule, retry: retry)
    }

    func endpoint(
        authenticator: any PushAuthenticator = UnauthenticatedPushesForEmulatorsOnly(), concurrency: Int? = nil,
        _ body: @escaping @Sendable (Job, TaskContext) async throws -> TaskOutcome
    ) throws -> TaskPushEndpoint {
        TaskPushEndpoint(
            ledger: ledger, handlers: TaskRouter(Handler(body)), authenticator: authenticator,
            concurrency: concurrency
        )
    }

    /// Enqueues a task and hands it over.
    ///
    /// - Returns: What is delivered.
    @discardableResult
    func handOver(_ task: NewTask) async throws -> TaskDispatch {
        _ = try await ledger.tasks.enqueue([task])
        _ = try await dispatcher.dispatchDue()
        return try #require(carrier.carried.first { $0.carried.key.name == task.name })
    }

    /// The record of a task's latest generation.
    func record(_ name: TaskName = "a") throws -> FirestoreTask? {
        let path = Self.path(name)
        return try ledger.database.documents(in: path).first { $0.path == path }
            .map { try FirestoreTask(fields: $0.fields, path: $0.path) }
    }

    /// Writes a field of a record as something other than the library could; `nil` takes it away.
    func damage(_ path: String, _ field: String, _ value: FirestoreValue?) async throws {
        try await ledger.database.change([path]) { workspace in
            guard var fields = try workspace.fields(at: path) else { return }
            fields[field] = value
            try workspace.set(fields, at: path)
        }
    }

    /// Where the record of a task's latest generation is.
    static func path(_ name: TaskName) -> String {
        FirestoreTaskPaths.latest(name, in: "work", root: PushedLedger.root)
    }

    func letters() async throws -> [DeadLetter] { try await ledger.deadLetters.letters() }

    func eventCount() async throws -> Int64 { try await ledger.head().position?.rawValue ?? 0 }

    /// A handler's commit with one event.
    static func noted(_ context: TaskContext) throws -> TaskOutcome {
        var commit = Commit()
        commit.append(
            contentsOf: [NewEvent(type: "test.noted", data: JSONText(["attempt": .integer(Int64(context.attempt))]))],
            to: "done"
        )
        return .done(commit)
    }
}
