import EventLedger
import EventLedgerInMemory
import EventLedgerTesting
import TestSupport
import Testing

@testable import EventLedgerGCP

/// Pushes and answers that are almost right: nothing crashes, and what comes of them is a value or an error of ours.
@Suite("Pushes and answers that are almost right", .timeLimit(.minutes(5))) struct MutatedInputTests {
    private struct Noting: Reactor {
        let name: ReactorName = "noting"
        let query = EventQuery()

        func react(to event: RecordedEvent, in context: ReactionContext) async throws -> Commit {
            var commit = Commit()
            commit.append(contentsOf: [NewEvent(type: "thing.noted", data: .emptyObject)], to: "noted")
            return commit
        }
    }

    private static let rounds = TestRun.count(300, thorough: 20_000)

    private func envelope(_ content: [UInt8], _ message: PubSubMessage) -> [UInt8] {
        let envelope: JSONValue = [
            "message": [
                "data": .string(PubSubBase64Text.base64(content)), "messageId": "1", "orderingKey": "thing-1",
                "attributes": .object(JSONObject(message.attributes.map { ($0.key, JSONValue.string($0.value)) })),
            ],
            "deliveryAttempt": 1,
        ]
        return envelope.canonicalBytes
    }

    @Test func pushedMessages() async throws {
        let seed = try TestRun.seed()
        var generator = SeededGenerator(seed: seed)
        let ledger = InMemoryLedger()
        let message = try PubSubMessage(
            SampleEvents.event(tags: ["a"], metadata: try JSONText(#"{"actor":"ada"}"#)))
        for round in 0..<Self.rounds {
            let isUnwrapped = Bool.random(using: &generator)
            let endpoint = PubSubPushEndpoint(
                Noting(), on: ledger, subscription: PubSubSubscriptionName("s-1", in: "p-1"),
                authenticator: UnauthenticatedPushesForEmulatorsOnly(), isUnwrapped: isUnwrapped, maximumDeliveries: 3
            )
            let inner = Mutation.mutate(message.data, &generator)
            let body =
                isUnwrapped
                ? inner
                : Bool.random(using: &generator)
                    ? envelope(inner, message) : Mutation.mutate(envelope(message.data, message), &generator)
            let response = await endpoint.respond(to: PushRequest(body: body))
            #expect([204, 503].contains(response.status), "\(TestRun.hint(seed)), round \(round)")
        }
    }

    @Test func pushedTasks() async throws {
        let seed = try TestRun.seed()
        var generator = SeededGenerator(seed: seed)
        let bench = PushBench()
        let dispatch = try await bench.handOver(try PushBench.task())
        let endpoint = try bench.endpoint { _, context in try PushBench.noted(context) }
        for round in 0..<Self.rounds {
            var request = LocalCarrier.request(dispatch)
            request.body = Mutation.mutate(request.body, &generator)
            let count = Mutation.mutate(Array("1".utf8), &generator)
            request.headers["X-CloudTasks-TaskRetryCount"] = String(decoding: count, as: UTF8.self)
            let response = await endpoint.respond(to: request)
            #expect([200, 404, 409, 500].contains(response.status), "\(TestRun.hint(seed)), round \(round)")
        }
    }

    /// Valid answers, by what they answer.
    private static func answer(_ entry: EntryPoint) throws -> JSONValue {
        let event = FirestoreEvent(
            try SampleEvents.event(tags: ["a"]), partition: 0, commit: FirestoreName.hash("c"), first: 1)
        let root = "projects/p-1/databases/(default)/documents/ledgers/main"
        func document(_ path: String, _ fields: [String: FirestoreValue]) -> JSONValue {
            [
                "name": .string("\(root)/\(path)"), "fields": FirestoreValue.json(of: fields),
                "createTime": "2026-01-01T00:00:00.000001Z", "updateTime": "2026-01-01T00:00:00.000001Z",
            ]
        }
        let time: JSONValue = "2026-01-01T00:00:00.000001Z"
        switch entry {
        case .page, .backwards:
            return [["document": document("events/e", event.fields), "readTime": time], ["readTime": time]]
        case .head, .commit:
            let head: [String: FirestoreValue] = [
                "position": .integer(7), "recordedAt": .integer(1_700_000_000_000_000),
            ]
            return [["found": document("heads/0", head), "readTime": time]]
        case .documents, .write:
            let stored = StoredDocument(
                document: Document(key: DocumentKey("papers", "1"), fields: ["a": 1], version: 3), declared: [])
            let name = FirestoreDocuments.path(of: DocumentKey("papers", "1"), root: "x").split(separator: "/").last
            return [["found": document("documents/\(name ?? "")", stored.fields), "readTime": time]]
        case .letters:
            let letter = DeadLetter(
                event: event.event, consumer: "c", failure: TaskFailure(errorType: "E", message: "m"), attempts: 1,
                firstFailedAt: event.event.recordedAt, at: event.event.recordedAt)
            return [["document": document("deadLetters/d", try StoredDeadLetter.fields(of: letter)), "readTime": time]]
        case .enqueue, .outbox:
            let task = NewTask(kind: "k", payload: .emptyObject, named: "a", in: "work")
            let stored = FirestoreTask(task, generation: 1, at: Timestamp(microseconds: 1_700_000_000_000_000))
            return [["document": document("tasks/t", try stored.fields()), "readTime": time]]
        case .publish: return ["messageIds": ["1"]]
        case .pull:
            let message = try PubSubMessage(SampleEvents.event())
            return [
                "receivedMessages": [
                    [
                        "ackId": "a", "deliveryAttempt": 2,
                        "message": ["data": .string(PubSubBase64Text.base64(message.data)), "messageId": "1"],
                    ]
                ]
            ]
        case .acknowledge, .topic, .createTask, .configureQueue, .deleteTask: return ["name": "projects/p-1/x/y"]
        case .bigQueryHead:
            return [
                "jobReference": ["jobId": "j"], "jobComplete": true, "totalRows": "1",
                "rows": [["f": [["v": "7"], ["v": "1700000000000000"]]]],
            ]
        case .bigQueryPage:
            let cells = ["1", "e-1", "s-1", "1", "t", "1", "{}"].map { JSONValue.object(["v": .string($0)]) }
            let tags: JSONValue = ["v": [["v": "a"]]], moment: JSONValue = ["v": "1700000000000000"]
            let hash: JSONValue = ["v": .string(event.event.hash.description)]
            return [
                "jobReference": ["jobId": "j"], "jobComplete": true, "totalRows": "1", "pageToken": "p",
                "rows": [["f": .array(cells + [tags, moment, moment, ["v": nil], hash])]],
            ]
        case .bigQuerySend: return ["insertErrors": [["index": 0, "errors": [["reason": "stopped", "location": ""]]]]]
        }
    }

    /// Calls that would ask for ever what was answered wrongly.
    private static let entries = EntryPoint.allCases.filter { !$0.isPatient && $0 != .commit && $0 != .bigQuerySend }

    @Test(arguments: entries) func answers(_ entry: EntryPoint) async throws {
        let seed = try TestRun.seed()
        var generator = SeededGenerator(seed: seed)
        let valid = try Self.answer(entry).canonicalBytes
        for round in 0..<Self.rounds {
            let mutated = Mutation.mutate(valid, &generator)
            // Right at last, or whoever asks until a job is done would ask for ever.
            let answers = Shared([mutated])
            let transport = ScriptedTransport { _ in
                HTTPResponse(status: 200, body: answers.change { $0.popLast() ?? valid })
            }
            do {
                try await entry.call(transport.production)
            } catch {
                #expect(error is LedgerError, "\(type(of: error)); \(TestRun.hint(seed)), round \(round)")
            }
        }
    }

    /// The calls beneath those that try again.
    @Test func answersOfADatabase() async throws {
        let seed = try TestRun.seed()
        var generator = SeededGenerator(seed: seed)
        let committed: JSONValue = [
            "writeResults": [["updateTime": "2026-01-01T00:00:00.000001Z"]],
            "commitTime": "2026-01-01T00:00:00.000001Z",
        ]
        let counted: JSONValue = [["result": ["aggregateFields": ["count": ["integerValue": "7"]]]]]
        for round in 0..<Self.rounds {
            let found = try Self.answer(Bool.random(using: &generator) ? .head : .documents)
            let bodies = [committed, counted, found].map { Mutation.mutate($0.canonicalBytes, &generator) }
            let databases = bodies.map { body in
                let transport = ScriptedTransport.answering(HTTPResponse(status: 200, body: body))
                return FirestoreDatabase(on: transport.production)
            }
            let write = FirestoreWrite("a/b", .set([:]), if: .exists(false))
            let calls: [@Sendable () async throws -> Void] = [
                { _ = try await databases[0].commit([write], resource: "a thing") },
                { _ = try await databases[1].count(FirestoreQuery("a"), below: "b/c", resource: "a thing") },
                { _ = try await databases[2].read(["a/b"], resource: "a thing") },
            ]
            for call in calls {
                do {
                    try await call()
                } catch {
                    let isOurs = error is LedgerError || error is FirestoreConflict
                    #expect(isOurs, "\(type(of: error)); \(TestRun.hint(seed)), round \(round)")
                }
            }
        }
    }
}
