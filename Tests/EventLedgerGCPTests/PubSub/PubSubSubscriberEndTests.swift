import EventLedger
import EventLedgerGCP
import EventLedgerTesting
import TestSupport
import Testing

/// What a subscriber leaves to others when it ends.
@Suite(.timeLimit(.minutes(10))) struct PubSubSubscriberEndTests {
    private let subscription = PubSubSubscriptionName("readers", in: "p")
    private let clock = TestClock()

    private static func delivery() -> HTTPResponse {
        let received: JSONValue = ["ackId": "a0", "message": ["data": "eA==", "messageId": "m0"]]
        return FakePubSub.json(["receivedMessages": [received]])
    }

    @Test func whatAPullBringsAtTheEndIsGivenBack() async throws {
        let begun = Gate(), gate = Gate()
        let fake = FakePubSub { request in
            guard request.url.hasSuffix(":pull") else { return FakePubSub.json([:]) }
            begun.open()
            // Given up at once, it would bring nothing.
            try await gate.wait()
            return Self.delivery()
        }
        let handled = Shared(0)
        let subscriber = PubSubSubscriber(messagesOf: subscription, on: fake.cloud, clock: clock) { _ in
            handled.change { $0 += 1 }
        }
        let running = Task { try await subscriber.run() }
        try await begun.wait()
        running.cancel()
        gate.open()
        try await running.value
        #expect(fake.identifiers(":modifyAckDeadline") == ["a0"])
        #expect(fake.bodies.contains { $0["ackDeadlineSeconds"] == 0 })
        #expect(fake.identifiers(":acknowledge").isEmpty)
        #expect(handled.value == 0)
    }

    @Test func aPullThatBringsNothingAtTheEndIsGivenUp() async throws {
        let begun = Gate(), givenUp = Gate(), never = Gate()
        let fake = FakePubSub { _ in
            begun.open()
            defer { givenUp.open() }
            try await never.wait()
            return FakePubSub.json([:])
        }
        let subscriber = PubSubSubscriber(messagesOf: subscription, on: fake.cloud, clock: clock) { _ in }
        let running = Task { try await subscriber.run() }
        try await begun.wait()
        running.cancel()
        try await clock.stepping { try await running.value }
        try await givenUp.wait()
        #expect(fake.requests.count == 1)
    }

    @Test func whatIsHeldIsGivenBackAlsoWhenTheSubscriberFails() async throws {
        let pulls = Shared(0), never = Gate()
        let fake = FakePubSub { request in
            guard request.url.hasSuffix(":pull") else { return FakePubSub.json([:]) }
            let isFirst = pulls.change { count -> Bool in
                count += 1
                return count == 1
            }
            return isFirst ? Self.delivery() : FakePubSub.refusal(404, "NOT_FOUND")
        }
        let subscriber = PubSubSubscriber(messagesOf: subscription, on: fake.cloud, clock: clock) { _ in
            try await never.wait()
        }
        let error = await #expect(throws: LedgerError.self) { try await subscriber.run() }
        #expect(error?.code == .notFound)
        #expect(fake.identifiers(":modifyAckDeadline") == ["a0"])
        #expect(fake.bodies.contains { $0["ackDeadlineSeconds"] == 0 })
        #expect(fake.identifiers(":acknowledge").isEmpty)
    }
}
