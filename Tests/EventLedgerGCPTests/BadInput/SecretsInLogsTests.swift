import EventLedger
import EventLedgerInMemory
import TestSupport
import Testing

@testable import EventLedgerGCP

/// Whole flows with a secret token and a secret payload, that fail in many ways: no line that is logged, and nothing that is
/// answered, tells either.
@Suite("Logs tell neither tokens nor payloads") struct SecretsInLogsTests {
    private struct Failing: Reactor {
        let name: ReactorName = "failing"
        let query = EventQuery(types: ["thing.happened"])

        func react(to event: RecordedEvent, in context: ReactionContext) async throws -> Commit {
            throw LedgerError(.invalidValue, "It is broken.")
        }
    }

    private struct Committing: Reactor {
        let name: ReactorName = "committing"
        let query = EventQuery(types: ["thing.happened"])

        func react(to event: RecordedEvent, in context: ReactionContext) async throws -> Commit {
            var commit = Commit()
            commit.append(contentsOf: [NewEvent(type: "thing.noted", data: event.data)], to: "s-1")
            return commit
        }
    }

    private let logs = RecordingLogs()
    private let subscription = PubSubSubscriptionName("s-1", in: "p-1")

    /// Says back what it was sent, with a refusal.
    private static func echo(_ status: Int) -> ScriptedTransport {
        ScriptedTransport { request in
            let said = (request.headers["authorization"] ?? "") + String(decoding: request.body, as: UTF8.self)
            let error: JSONValue = ["code": .integer(Int64(status)), "message": .string(said), "status": "ODD"]
            return HTTPResponse(status: status, body: JSONValue.object(["error": error]).canonicalBytes)
        }
    }

    private func expectSilent(_ responses: [PushResponse], isLogged: Bool = true) {
        #expect(!isLogged || !logs.all.isEmpty, "the flow says what failed")
        for text in logs.all + responses.map({ String(decoding: $0.body, as: UTF8.self) }) {
            #expect(!text.contains("SECRET"), "\(text)")
        }
    }

    private func push(_ body: String) -> PushRequest {
        PushRequest(
            headers: ["authorization": "Bearer \(EntryPoint.token)", "X-CloudTasks-QueueName": "work"],
            body: Array(body.utf8)
        )
    }

    private func envelope() throws -> String {
        let message = try PubSubMessage(SampleEvents.event(data: #"{"secret":"\#(EntryPoint.payload)"}"#))
        return JSONText([
            "message": [
                "data": .string(PubSubBase64Text.base64(message.data)), "messageId": "1",
                "attributes": .object(JSONObject(message.attributes.map { ($0.key, JSONValue.string($0.value)) })),
            ]
        ]).text
    }

    private func bodies() throws -> [String] {
        [
            try envelope(), #"{"message":{"data":"%%%\#(EntryPoint.payload)","messageId":"1"}}"#, EntryPoint.payload,
            #"{"message":{"data":"","attributes":{"content-type":"\#(EntryPoint.payload)"},"messageId":"2"}}"#,
            #"{"eventledgerTask":1,"ledger":"\#(EntryPoint.payload)"}"#,
        ]
    }

    @Test("Pub/Sub pushes: refused, unreadable, failing, and not recorded") func pushedMessages() async throws {
        let keys = ScriptedTransport { _ in throw notConnected }
        let verifier = GoogleTokenVerifier(audiences: ["https://a"], emails: ["a@b"], transport: keys)
        let ledgers: [any Ledger] = [
            InMemoryLedger(), try FirestoreLedger(on: Self.echo(403).production),
            try FirestoreLedger(on: Self.echo(400).production),
        ]
        var responses: [PushResponse] = []
        for ledger in ledgers {
            for authenticator in [verifier, UnauthenticatedPushesForEmulatorsOnly()] as [any PushAuthenticator] {
                for isUnwrapped in [false, true] {
                    let endpoints = [
                        PubSubPushEndpoint(
                            Failing(), on: ledger, subscription: subscription, authenticator: authenticator,
                            isUnwrapped: isUnwrapped, logger: logs.logger),
                        PubSubPushEndpoint(
                            Committing(), on: ledger, subscription: subscription, authenticator: authenticator,
                            isUnwrapped: isUnwrapped, logger: logs.logger),
                    ]
                    for endpoint in endpoints {
                        for body in try bodies() { responses.append(await endpoint.respond(to: push(body))) }
                    }
                }
            }
        }
        #expect(responses.contains { $0.status == 503 })
        expectSilent(responses)
    }

    @Test("Cloud Tasks' pushes: refused, unreadable, failing") func pushedTasks() async throws {
        let bench = PushBench()
        let task = try PushBench.task()
        let dispatch = try await bench.handOver(task)
        var responses: [PushResponse] = []
        let keys = ScriptedTransport { _ in throw notConnected }
        let verifier = GoogleTokenVerifier(audiences: ["https://a"], emails: ["a@b"], transport: keys)
        for authenticator in [verifier, UnauthenticatedPushesForEmulatorsOnly()] as [any PushAuthenticator] {
            let endpoint = TaskPushEndpoint(
                ledger: bench.ledger, handlers: TaskRouter(PushBench.Handler { _, _ in throw PushBench.Broken() }),
                authenticator: authenticator, logger: logs.logger
            )
            var request = LocalCarrier.request(dispatch)
            request.headers["authorization"] = "Bearer \(EntryPoint.token)"
            responses.append(await endpoint.respond(to: request))
            for body in try bodies() { responses.append(await endpoint.respond(to: push(body))) }
        }
        #expect(responses.contains { $0.status == 500 })
        // A delivery for another ledger is told by the ledger's name, which nobody keeps secret.
        let own = logs.all.filter { !$0.contains("another ledger") }
        #expect(!own.isEmpty)
        for text in own { #expect(!text.contains("SECRET"), "\(text)") }
        expectSilentAnswers(responses)
    }

    private func expectSilentAnswers(_ responses: [PushResponse]) {
        for response in responses { #expect(!String(decoding: response.body, as: UTF8.self).contains("SECRET")) }
    }

    @Test("A dispatcher whose service refuses", arguments: [400, 403, 429, 503]) func dispatching(
        _ status: Int
    ) async throws {
        let bench = PushBench()
        let payload = JSONText(["secret": .string(EntryPoint.payload)])
        _ = try await bench.ledger.tasks.enqueue([NewTask(kind: "k", payload: payload, named: "a", in: "work")])
        let settings = CloudTasksSettings(
            location: "europe-west1", url: "https://worker.example/tasks", authentication: .unauthenticated)
        let carrier = try CloudTasksClient(on: Self.echo(status).production, settings: settings)
        let dispatcher = TaskDispatcher(bench.ledger.queue, carrier: carrier, logger: logs.logger)
        let report = try await dispatcher.dispatchDue()
        #expect(report.refused == 1)
        #expect(logs.all.contains { $0.contains("queues/test-work-") }, "the queue is named")
        expectSilent([])
    }

    @Test("A subscriber whose handler fails, and whose service refuses what it settles") func subscribing() async throws
    {
        let given = Gate()
        let pulls = Shared(0)
        let envelope = try JSONText(try envelope()).value().objectValue
        let answer: JSONValue = ["receivedMessages": [["ackId": "a", "message": envelope?["message"] ?? .null]]]
        let transport = ScriptedTransport { request in
            guard request.url.hasSuffix(":pull") else {
                given.open()
                return try await Self.echo(403).send(request)
            }
            let isFirst = pulls.change { count -> Bool in
                count += 1
                return count == 1
            }
            if isFirst { return HTTPResponse(status: 200, body: answer.canonicalBytes) }
            try await Task.sleep(for: .seconds(60))
            return HTTPResponse(status: 200, body: Array("{}".utf8))
        }
        let subscriber = PubSubSubscriber(
            Failing(), on: InMemoryLedger(), pulling: subscription, from: transport.production, logger: logs.logger
        )
        let running = Task { try await subscriber.run() }
        try await given.wait()
        running.cancel()
        try await running.value
        expectSilent([])
    }
}
