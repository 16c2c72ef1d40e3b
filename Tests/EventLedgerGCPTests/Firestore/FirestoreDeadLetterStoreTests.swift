import EventLedger
import EventLedgerTesting
import GCPTestSupport
import TestSupport
import Testing

@testable import EventLedgerGCP

@Suite("Dead letters in Firestore", .enabled(if: GCPServices.hasFirestore, GCPServices.hint))
struct FirestoreDeadLetterStoreTests {
    @Test("Every obligation is kept", arguments: DeadLetterStoreConformance.obligations)
    func conformance(_ obligation: DeadLetterStoreConformance.Obligation) async throws {
        // Firestore's tasks are delivered, not leased.
        let capabilities = ConformanceCapability.standard.subtracting([.leases, .rateLimits, .heartbeat])
        let target = ConformanceTarget<any Ledger>(claiming: capabilities.union([.reopening])) { clock in
            let cloud = GCPServices.cloud()
            let options = FirestoreLedgerOptions(clock: clock)
            return .init(
                try FirestoreLedger(on: cloud, options: options),
                reopen: { try FirestoreLedger(on: cloud, options: options) })
        }
        try await obligation.check(target, seed: TestRun.seed())
    }

    @Test("A payload of nothing but quotes is kept whole, although escaping would double it")
    func quotes() async throws {
        let store = FirestoreDeadLetterStore(
            database: FirestoreDatabase(on: GCPServices.cloud()), root: "ledgers/main")
        // Each empty string is two quotes and a comma.
        let elements = [JSONValue](repeating: "", count: LedgerLimits.eventDataBytes / 3 - 1)
        let letter = DeadLetter(
            id: "quoted", source: .event(position: 7, stream: "user-ada", consumer: "papers@1"), type: "test.noted",
            payload: JSONText(.array(elements)), failure: TaskFailure(errorType: "E", message: "It is broken."),
            attempts: 1, firstFailedAt: TestClock.start, lastFailedAt: TestClock.start)
        try await store.record(letter)
        let found = try await store.letter("quoted")
        let isSame = found == letter
        #expect(isSame)
        let purgedOpen = try await store.purge(before: .distantFuture)
        #expect(purgedOpen == 0)
        let wasOpen = try await store.resolve("quoted", by: "ada", note: "It was a test.")
        #expect(wasOpen)
        let purged = try await store.purge(before: .distantFuture)
        #expect(purged == 1)
    }

    @Test("A decision whose answer was lost is made once") func lostAnswer() async throws {
        let transport = ScriptedTransport { request in
            let answer = try await GCPServices.transport.send(request)
            return request.url.hasSuffix(":commit") ? try await GCPServices.transport.send(request) : answer
        }
        let store = FirestoreDeadLetterStore(
            database: FirestoreDatabase(on: GCPServices.cloud(transport: transport)), root: "ledgers/main")
        let letter = DeadLetter(
            id: "a", source: .event(position: 7, stream: "user-ada", consumer: "papers@1"), type: "test.noted",
            payload: .emptyObject, failure: TaskFailure(errorType: "E", message: "It is broken."), attempts: 1,
            firstFailedAt: TestClock.start, lastFailedAt: TestClock.start)
        try await store.record(letter)
        let wasOpen = try await store.retry("a", by: "ada", note: "Again.")
        #expect(wasOpen)
        let again = try await store.retry("a", by: "ada", note: "Again.")
        #expect(!again)
    }

    @Test("Of concurrent retries of a task's letter exactly one enqueues the next generation")
    func retriedTask() async throws {
        let database = FirestoreDatabase(on: GCPServices.cloud())
        let store = FirestoreDeadLetterStore(database: database, root: "ledgers/main")
        let key = TaskKey(queue: "work", name: "a", generation: 1)
        let letter = DeadLetter(
            id: DeadLetterID(of: key), source: .task(key), type: "summarize", payload: try JSONText(#"{"n":1.0}"#),
            headers: ["h": "x"], failure: TaskFailure(errorType: "E", message: "It is broken."), attempts: 3,
            firstFailedAt: TestClock.start, lastFailedAt: TestClock.start)
        try await store.record(letter)
        let retried = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 { group.addTask { try await store.retry(letter.id, by: "ada", note: "Again.") } }
            return try await group.reduce(into: 0) { count, wasOpen in count += wasOpen ? 1 : 0 }
        }
        #expect(retried == 1)
        let path = FirestoreTaskPaths.latest(key.name, in: key.queue, root: "ledgers/main")
        let stored = try #require(try await database.read([path], resource: "a task").documents[path])
        let task = try FirestoreTask(fields: stored.fields, path: path)
        #expect(task.key.generation == 2)
        #expect(task.state == .waiting)
        #expect(task.payload == letter.payload.utf8.map { $0 })
        let state = try await store.letter(letter.id)?.state
        #expect(state == .retried)
    }
}
