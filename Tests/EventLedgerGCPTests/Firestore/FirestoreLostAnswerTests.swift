import EventLedger
import EventLedgerTesting
import GCPTestSupport
import Synchronization
import Testing

@testable import EventLedgerGCP

@Suite(
    "What was made is not made again because its answer was lost",
    .enabled(if: GCPServices.hasFirestore, GCPServices.hint), .timeLimit(.minutes(5))
)
struct FirestoreLostAnswerTests {
    private let project = GCPServices.newProject()
    private let key = DocumentKey("papers", "a")

    private func ledger(through transport: any HTTPTransport = GCPServices.transport) throws -> FirestoreLedger {
        try FirestoreLedger(
            on: GCPServices.cloud(project: project, transport: transport),
            options: FirestoreLedgerOptions(pollInterval: .milliseconds(50))
        )
    }

    /// A ledger whose first commit is made, and whose answer is lost once others have done something.
    private func ledger(
        losingAnswerBehind others: @escaping @Sendable () async throws -> Void
    ) throws -> FirestoreLedger {
        let isFirst = Mutex(true)
        return try ledger(
            through: ScriptedTransport { request in
                let answer = try await GCPServices.transport.send(request)
                let isLost =
                    request.url.hasSuffix(":commit")
                    && isFirst.withLock { isFirst in
                        defer { isFirst = false }
                        return isFirst
                    }
                guard isLost else { return answer }
                try await others()
                throw HTTPFailure(.connectionLost, "The connection was lost.", mayHaveArrived: true)
            })
    }

    @Test("Who made the ledger is told so") func madeLedger() async throws {
        let impatient = try ledger(losingAnswerBehind: {})
        let made = try await impatient.createIfMissing()
        #expect(made)
        let again = try await impatient.createIfMissing()
        #expect(!again)
    }

    @Test("A batch of deletes with a condition is found done") func deletes() async throws {
        let patient = try ledger().documents
        try await patient.write([.put(key, ["n": 1])])
        let impatient = try ledger(losingAnswerBehind: {}).documents
        try await impatient.write([.delete(key, if: .version(1))])
        let found = try await patient.document(key)
        #expect(found == nil)
    }

    @Test("A delete is not made again over what others put since") func deletedAndPut() async throws {
        let patient = try ledger().documents
        try await patient.write([.put(key, ["n": 1])])
        let key = key
        let impatient = try ledger { try await patient.write([.put(key, ["n": 2], if: .absent)]) }.documents
        try await impatient.write([.delete(key)])
        let found = try await patient.document(key)
        #expect(found == Document(key: key, fields: ["n": 2], version: 1))
    }

    @Test("A put is not made again over what others put since") func replaced() async throws {
        let patient = try ledger().documents, key = key
        let impatient = try ledger { try await patient.write([.put(key, ["n": 2], if: .version(1))]) }.documents
        try await impatient.write([.put(key, ["n": 1])])
        let found = try await patient.document(key)
        #expect(found == Document(key: key, fields: ["n": 2], version: 2))
    }

    @Test("A put is not made again over a delete, although its condition would hold") func deleted() async throws {
        let patient = try ledger().documents, key = key
        let impatient = try ledger { try await patient.write([.delete(key, if: .version(1))]) }.documents
        try await impatient.write([.put(key, ["n": 1], if: .absent)])
        let found = try await patient.document(key)
        #expect(found == nil)
    }

    @Test("A task whose enqueueing was not answered is no duplicate of itself, although an attempt has begun")
    func enqueued() async throws {
        let patient = try ledger()
        let task = NewTask(kind: "test.task", payload: .emptyObject, named: "a", in: "work")
        let taskKey = TaskKey(queue: "work", name: "a")
        let impatient = try ledger {
            let outbox = try await patient.pushedTasks.outbox(until: .distantFuture, limit: 1)
            let record = try #require(outbox.records.first)
            _ = try await patient.pushedTasks.begin(
                try record.task.get().carried, delivery: nil, worker: "ada", for: .seconds(60))
        }
        let enqueued = try await impatient.tasks.enqueue([task])
        #expect(enqueued == [EnqueuedTask(key: taskKey, isDuplicate: false)])
        let states = try await patient.pushedTasks.tasks(TaskQuery()).tasks.map(\.state)
        #expect(states == [.leased])
    }

    @Test("A change leaves one marker, however often it was sent") func oneMarker() async throws {
        let transport = UnreliableTransport([.answer(503, "UNAVAILABLE"), .swallow, .pass])
        try await ledger(through: transport).documents.write([.put(key, ["n": 1], if: .absent)])
        let found = try await ledger().documents.document(key)
        #expect(found?.version == 1)
        let database = FirestoreDatabase(on: GCPServices.cloud(project: project))
        let markers = try await database.run(
            FirestoreQuery("writes"), below: "ledgers/main", resource: "the markers of a test")
        // The first try was refused, the second was made.
        #expect(markers.map { $0.fields["try"] } == [.integer(1)])
    }
}
