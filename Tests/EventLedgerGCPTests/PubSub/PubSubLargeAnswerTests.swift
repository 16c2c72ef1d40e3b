import EventLedger
import EventLedgerGCP
import EventLedgerTesting
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct PubSubLargeAnswerTests {
    @Test func whatIsTooMuchAtOnceIsPulledInParts() async throws {
        let hasDelivered = Shared(false), never = Gate()
        let fake = FakePubSub { request in
            guard request.url.hasSuffix(":pull") else { return FakePubSub.json([:]) }
            guard Self.asked(request) <= 70 else {
                throw HTTPFailure(.responseTooLarge, "The answer was longer than allowed.", mayHaveArrived: true)
            }
            let isLater = hasDelivered.change { hasDelivered in
                defer { hasDelivered = true }
                return hasDelivered
            }
            if isLater { try await never.wait() }
            let received = (0..<Self.asked(request)).map { number -> JSONValue in
                ["ackId": .string("a\(number)"), "message": ["data": "eA==", "messageId": .string("m\(number)")]]
            }
            return FakePubSub.json(["receivedMessages": .array(received)])
        }
        let handled = Shared(0), clock = TestClock()
        let subscriber = PubSubSubscriber(
            messagesOf: PubSubSubscriptionName("readers", in: "p"), on: fake.cloud, clock: clock
        ) { _ in handled.change { $0 += 1 } }
        let running = Task { try await subscriber.run() }
        try await fake.wait { Self.pulls(fake).count == 4 && handled.value == 62 }
        running.cancel()
        try await clock.stepping { try await running.value }
        #expect(Self.pulls(fake) == [1000, 250, 62, 62], "what was too much once is not asked for again at once")
    }

    private static func pulls(_ fake: FakePubSub) -> [Int64] {
        fake.requests.filter { $0.url.hasSuffix(":pull") }.map { asked($0) }
    }

    private static func asked(_ request: HTTPRequest) -> Int64 {
        (try? JSONText(request.body).value())?.objectValue?["maxMessages"]?.integerValue ?? 0
    }
}
