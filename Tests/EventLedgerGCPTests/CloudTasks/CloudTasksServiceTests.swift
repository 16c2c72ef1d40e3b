import EventLedger
import EventLedgerTesting
import GCPTestSupport
import Testing

@testable import EventLedgerGCP

@Suite(
    "The calls to Cloud Tasks, on a service", .enabled(if: GCPServices.hasCloudTasks, GCPServices.hint),
    .timeLimit(.minutes(10))
)
struct CloudTasksServiceTests {
    @Test func queuesAndTasksComeAndGo() async throws {
        // Nobody listens there, and nothing is to be delivered.
        let settings = CloudTasksSettings(
            location: "europe-west1", url: "http://127.0.0.1:1/tasks", authentication: .unauthenticated)
        let client = try CloudTasksClient(on: GCPServices.cloud(), settings: settings)
        let work = CarriedQueue("work", of: "l")
        let absent = try await client.queue(work)
        #expect(absent == nil)
        let configuration = QueueConfiguration(dispatchesPerSecond: 5, concurrentDispatches: 2)
        let task = FirestoreTask(
            NewTask(kind: "k", payload: .emptyObject, named: "a", in: "work", schedule: .after(.seconds(3600))),
            generation: 1, at: SystemClock().now
        )
        let dispatch = TaskDispatch(task, ledger: "l", policy: RetryPolicy())
        let isNew = try await client.carry(dispatch, configuration: configuration)
        #expect(isNew)
        let queue = try #require(try await client.queue(work))
        #expect(queue["rateLimits"]?.objectValue?["maxConcurrentDispatches"]?.integerValue == 2)
        #expect(queue["retryConfig"]?.objectValue?["maxAttempts"]?.integerValue == -1)
        let again = try await client.carry(dispatch, configuration: configuration)
        #expect(!again)
        try await client.pause(work)
        let paused = try await client.queue(work)
        #expect(paused?["state"] == "PAUSED")
        try await client.resume(work)
        let found = try await client.task(dispatch)
        #expect(found?["name"] == .string(client.name(of: dispatch)))
        try await client.drop(dispatch)
        try await client.drop(dispatch)
        let gone = try await client.task(dispatch)
        #expect(gone == nil)
        // The service remembers a name for a while, and so a task that was dropped does not come back.
        let remembered = try await client.carry(dispatch, configuration: configuration)
        #expect(!remembered)
    }
}
