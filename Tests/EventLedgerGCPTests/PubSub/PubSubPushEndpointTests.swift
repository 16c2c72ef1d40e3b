import EventLedger
import EventLedgerGCP
import EventLedgerInMemory
import Synchronization
import Testing

private struct Handled: Event {
    static let eventType: EventType = "thing.handled"
    let n: Double
}

/// Records that it handled an event; fails for the type `thing.broken`.
private struct Handler: Reactor {
    let name: ReactorName = "handler"
    var query = EventQuery(types: ["thing.happened", "thing.broken", "thing.unheard-of"])

    func react(to event: RecordedEvent, in context: ReactionContext) async throws -> Commit {
        if event.type == "thing.broken" { throw LedgerError(.invalidValue, "It is broken.") }
        var commit = Commit()
        try commit.append(Handled(n: 1), to: "handled")
        return commit
    }
}

private struct Doorman: PushAuthenticator {
    func authenticate(_ request: PushRequest) async throws {
        switch request.headers["authorization"] {
        case "Bearer good": return
        case nil: throw PushRefusal(status: 401, reason: "Nobody is named.")
        case "Bearer later": throw LedgerError(.unavailable, "The keys cannot be fetched.")
        default: throw PushRefusal(status: 403, reason: "It is the wrong one.")
        }
    }
}

@Suite struct PubSubPushEndpointTests {
    private let ledger = InMemoryLedger()

    private func endpoint(isUnwrapped: Bool = false, maximumDeliveries: Int? = nil) -> PubSubPushEndpoint {
        PubSubPushEndpoint(
            Handler(), on: ledger, subscription: PubSubSubscriptionName("readers", in: "p"), authenticator: Doorman(),
            isUnwrapped: isUnwrapped, maximumDeliveries: maximumDeliveries
        )
    }

    private func push(_ body: String, authorization: String? = "Bearer good", method: String = "POST") -> PushRequest {
        var request = PushRequest(method: method, path: "/push", body: Array(body.utf8))
        request.headers["authorization"] = authorization
        return request
    }

    private func envelope(_ event: RecordedEvent, id: String = "m1", attempt: Int? = nil) throws -> String {
        let message = try PubSubMessage(event)
        var fields: JSONObject = [
            "message": [
                "data": .string(PubSubBase64Text.base64(message.data)), "messageId": .string(id),
                "attributes": .object(JSONObject(message.attributes.map { ($0.key, JSONValue.string($0.value)) })),
                "orderingKey": .string(message.orderingKey), "publishTime": "2026-01-01T00:00:00Z",
            ],
            "subscription": "projects/p/subscriptions/readers",
        ]
        fields["deliveryAttempt"] = attempt.map { .integer(Int64($0)) }
        return JSONText(.object(fields)).text
    }

    private func handled() async throws -> Int { try await ledger.page(.stream("handled")).events.count }
    private func letters() async throws -> [DeadLetter] { try await ledger.deadLetters.letters() }

    @Test func anEventTakesEffectOnceHoweverOftenItIsDelivered() async throws {
        let event = try SampleEvents.event()
        for id in ["m1", "m1", "m2"] {
            #expect(await endpoint().respond(to: push(try envelope(event, id: id))).status == 204)
        }
        #expect(try await handled() == 1)
        #expect(try await letters().isEmpty)
    }

    @Test func theLargestEventAndUnwrappedOnesAreTaken() async throws {
        #expect(await endpoint().respond(to: push(try envelope(SampleEvents.maximal()))).status == 204)
        let message = try PubSubMessage(SampleEvents.event())
        var request = PushRequest(headers: ["authorization": "Bearer good"], body: message.data)
        #expect(await endpoint(isUnwrapped: true).respond(to: request).status == 204)
        for (name, value) in message.attributes { request.headers[name] = value }
        #expect(await endpoint(isUnwrapped: true).respond(to: request).status == 204)
        #expect(try await handled() == 1)
        #expect(try await letters().isEmpty)
    }

    @Test func typesThatNobodyWaitsForAreData() async throws {
        let event = try SampleEvents.event(type: "of.the.future")
        #expect(await endpoint().respond(to: push(try envelope(event))).status == 204)
        let unheard = try SampleEvents.event(2, type: "thing.unheard-of")
        #expect(await endpoint().respond(to: push(try envelope(unheard))).status == 204)
        #expect(try await handled() == 1)
        #expect(try await letters().isEmpty)
    }

    @Test(
        arguments: [
            (nil, 401), ("Bearer bad", 403), ("Bearer later", 503),
        ] as [(String?, Int)])
    func whoIsNotLetInLeavesNothingBehind(_ authorization: String?, _ status: Int) async throws {
        let good = push(try envelope(SampleEvents.event()), authorization: authorization)
        #expect(await endpoint().respond(to: good).status == status)
        #expect(await endpoint().respond(to: push("no", authorization: authorization)).status == status)
        #expect(try await handled() == 0)
        #expect(try await letters().isEmpty)
    }

    @Test(arguments: ["GET", "PUT", "DELETE", "HEAD", ""])
    func otherMethodsAreNotAllowed(_ method: String) async throws {
        let response = await endpoint().respond(to: push(try envelope(SampleEvents.event()), method: method))
        #expect(response.status == 405)
        #expect(response.headers["allow"] == "POST")
        #expect(try await handled() == 0)
    }

    @Test(arguments: [
        "", "no", "[]", "{}", #"{"message":1}"#, #"{"message":{}}"#, #"{"message":{"data":"e30="}}"#,
        #"{"message":{"data":"%%%","messageId":"1"}}"#, #"{"message":{"data":7,"messageId":"1"}}"#,
        #"{"message":{"data":"e30=","attributes":[],"messageId":"1"}}"#,
        #"{"message":{"data":"e30=","attributes":{"a":1},"messageId":"1"}}"#,
        #"{"message":{"data":"e30=","orderingKey":{},"messageId":"1"}}"#,
        #"{"message":{"data":"e30=","attributes":{"content-type":"application/cloudevents+json"},"messageId":"1"}}"#,
        #"{"message":{"data":"bm8=","attributes":{"content-type":"application/cloudevents+json"},"messageId":"1"}}"#,
        #"{"message":{"data":"_w==","attributes":{"ce-id":"1"},"messageId":"1"},"message":{}}"#,
    ])
    func whatIsNoEventIsALetterAndOver(_ body: String) async throws {
        for _ in 0..<2 { #expect(await endpoint().respond(to: push(body)).status == 204) }
        let letters = try await letters()
        #expect(letters.count == 1)
        #expect(letters.first?.origin == "pubsub/projects/p/subscriptions/readers")
        #expect(letters.first?.type == "pubsub.message.unreadable")
        #expect(try await handled() == 0)
    }

    @Test func aGiantBodyIsALetterWithoutAllOfIt() async throws {
        let request = PushRequest(
            headers: ["authorization": "Bearer good"], body: [UInt8](repeating: 0x20, count: PushLimits.bodyBytes + 1)
        )
        #expect(await endpoint().respond(to: request).status == 204)
        let letter = try #require(try await letters().first)
        #expect(letter.payload.utf8.count < 400_000)
        #expect(letter.payload.contains("\"bytes\":\(PushLimits.bodyBytes + 1)"))
    }

    @Test func aFailureIsDeliveredAgainUntilTheLastAttempt() async throws {
        let event = try SampleEvents.event(type: "thing.broken")
        #expect(await endpoint().respond(to: push(try envelope(event))).status == 503)
        let last = endpoint(maximumDeliveries: 3)
        #expect(await last.respond(to: push(try envelope(event, attempt: 2))).status == 503)
        #expect(try await letters().isEmpty)
        #expect(await last.respond(to: push(try envelope(event, attempt: 3))).status == 204)
        let letter = try #require(try await letters().first)
        #expect(letter.origin == "handler")
        #expect(letter.attempts == 3)
    }
}
