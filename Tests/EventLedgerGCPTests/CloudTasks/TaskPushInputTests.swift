import EventLedger
import EventLedgerTesting
import TestSupport
import Testing

@testable import EventLedgerGCP

@Suite("Requests that are no deliveries") struct TaskPushInputTests {
    private typealias Bench = PushBench

    @Test(arguments: [401, 403]) func whoIsNotKnownIsRefused(_ status: Int) async throws {
        let bench = Bench()
        let dispatch = try await bench.handOver(try Bench.task())
        let endpoint = try bench.endpoint(authenticator: Bench.Refused(status: status)) { _, context in
            try Bench.noted(context)
        }
        for body in [LocalCarrier.request(dispatch).body, Array("nonsense".utf8)] {
            let response = await endpoint.respond(to: PushRequest(body: body))
            #expect(response.status == status)
        }
        #expect(try bench.record()?.attempts == 0)
        let letters = try await bench.letters()
        #expect(letters.isEmpty, "nothing is recorded for whoever comes along")
    }

    /// No key is fetched for what is no token.
    private struct NoTransport: HTTPTransport {
        func send(_ request: HTTPRequest) async throws -> HTTPResponse {
            throw HTTPFailure(.notConnected, "Nothing is to be sent in this test.", mayHaveArrived: false)
        }
    }

    @Test(arguments: [nil, "", "Bearer", "Bearer nonsense", "Basic YTpi"]) func withoutATokenNothingIsTaken(
        _ authorization: String?
    ) async throws {
        let bench = Bench()
        let dispatch = try await bench.handOver(try Bench.task())
        let verifier = GoogleTokenVerifier(audiences: ["https://a"], emails: ["a@b"], transport: NoTransport())
        let endpoint = try bench.endpoint(authenticator: verifier) { _, context in try Bench.noted(context) }
        var request = LocalCarrier.request(dispatch)
        request.headers["authorization"] = authorization
        let response = await endpoint.respond(to: request)
        #expect(response.status == 401)
        #expect(try bench.record()?.attempts == 0)
    }

    @Test func methodSizeAndLedgerAreChecked() async throws {
        let bench = Bench()
        let dispatch = try await bench.handOver(try Bench.task())
        let endpoint = try bench.endpoint { _, context in try Bench.noted(context) }
        var request = LocalCarrier.request(dispatch)
        request.method = "GET"
        let wrongMethod = await endpoint.respond(to: request)
        #expect(wrongMethod.status == 405)
        let giant = await endpoint.respond(
            to: PushRequest(body: [UInt8](repeating: UInt8(ascii: "["), count: TaskPushEndpoint.bodyBytes + 1)))
        #expect(giant.status == 413)
        let text = String(decoding: LocalCarrier.request(dispatch).body, as: UTF8.self)
        let other = await endpoint.respond(
            to: PushRequest(body: Array(text.replacing("ledgers/test", with: "ledgers/other").utf8)))
        #expect(other.status == 404)
        let events = try await bench.eventCount()
        #expect(events == 0)
        let letters = try await bench.letters()
        #expect(letters.isEmpty)
    }

    @Test func aTaskOfAnotherLedgerIsNotDeliveredForEver() async throws {
        let bench = Bench(), logs = RecordingLogs()
        let dispatch = try await bench.handOver(try Bench.task())
        let endpoint = TaskPushEndpoint(
            ledger: bench.ledger, handlers: TaskRouter(Bench.Handler { _, context in try Bench.noted(context) }),
            authenticator: UnauthenticatedPushesForEmulatorsOnly(), logger: logs.logger
        )
        func deliver(_ deliveries: Int) async -> Int {
            var request = LocalCarrier.request(dispatch, deliveries: deliveries)
            let text = String(decoding: request.body, as: UTF8.self)
            request.body = Array(text.replacing("ledgers/test", with: "ledgers/other").utf8)
            return await endpoint.respond(to: request).status
        }
        // It may be mended soon: then it is as if nothing had been.
        for deliveries in 0..<(TaskPushEndpoint.foreignDeliveries - 1) {
            let status = await deliver(deliveries)
            #expect(status == 404)
        }
        var letters = try await bench.letters()
        #expect(letters.isEmpty)
        let last = await deliver(TaskPushEndpoint.foreignDeliveries - 1)
        #expect(last == 200)
        letters = try await bench.letters()
        #expect(letters.map(\.errorType) == ["ForeignLedger"])
        #expect(letters.first?.errorMessage.contains("ledgers/other") == true)
        #expect(logs.all.filter { $0.contains("another ledger") }.count == TaskPushEndpoint.foreignDeliveries)
        #expect(try bench.record()?.attempts == 0, "the task of that name here is another one")
    }

    static let undecodable: [[UInt8]] = [
        [], Array("nonsense".utf8), [0xFF, 0xFE, 0], Array("[]".utf8), Array("{}".utf8),
        Array(#"{"eventledgerTask":2}"#.utf8),
        Array(#"{"eventledgerTask":1,"ledger":"l","queue":"q","name":"n","kind":"k","generation":0,"carrier":1}"#.utf8),
        Array(
            (#"{"eventledgerTask":1,"ledger":"l","queue":"","name":"n","kind":"k","#
                + #""generation":1,"carrier":1,"enqueuedAt":"2026-01-01T00:00:00Z"}"#).utf8
        ),
        Array(String(repeating: "[", count: 100_000).utf8), Array(repeating: 1, count: 400_000),
    ]

    @Test(arguments: undecodable.indices) func whatNamesNoTaskIsKept(_ index: Int) async throws {
        let bench = Bench()
        let endpoint = try bench.endpoint { _, context in try Bench.noted(context) }
        let body = Self.undecodable[index]
        let request = PushRequest(
            headers: ["X-CloudTasks-QueueName": "work", "X-CloudTasks-TaskName": "t-1"], body: body)
        for _ in 0..<2 {
            let response = await endpoint.respond(to: request)
            #expect(response.status == 200)
        }
        let letters = try await bench.letters()
        #expect(letters.count == 1, "delivered twice, it is one letter")
        let letter = try #require(letters.first)
        #expect(letter.origin == "work")
        #expect(letter.errorType == "LedgerError")
        try letter.validate()
        if let text = String(validating: body, as: UTF8.self), body.count < 200_000 {
            #expect(try JSONText(letter.payload).value().objectValue?["body"] == .string(text))
        }
    }

    @Test func aTaskThatIsNotThereIsNothingToDo() async throws {
        let bench = Bench()
        let dispatch = try await bench.handOver(try Bench.task())
        let endpoint = try bench.endpoint { _, context in try Bench.noted(context) }
        let text = String(decoding: LocalCarrier.request(dispatch).body, as: UTF8.self)
        let others = [
            (#""name":"a""#, #""name":"b""#), (#""generation":1"#, #""generation":2"#),
            // Of a ledger that was deleted and made anew.
            ("\(dispatch.carried.enqueuedAt)", "2020-01-01T00:00:00.000000Z"),
        ]
        for (old, new) in others {
            #expect(text.contains(old))
            let response = await endpoint.respond(to: PushRequest(body: Array(text.replacing(old, with: new).utf8)))
            #expect(response.status == 200)
        }
        let events = try await bench.eventCount()
        #expect(events == 0)
    }
}
