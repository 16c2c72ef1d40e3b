import EventLedger
import EventLedgerGCP
import EventLedgerInMemory
import EventLedgerTesting
import TestSupport
import Testing

/// Delivers some messages once, then nothing more.
///
/// - Parameter attempt: Which delivery it is said to be.
private func delivering(_ messages: [PubSubMessage], attempt: Int64? = nil) -> FakePubSub {
    let left = Shared(messages)
    return FakePubSub { request in
        guard request.url.hasSuffix(":pull") else { return FakePubSub.json([:]) }
        let batch = left.change { left in
            defer { left = [] }
            return left
        }
        if batch.isEmpty { try await Task.sleep(for: .seconds(3600)) }
        let received = batch.enumerated().map { index, message -> JSONValue in
            var received: JSONObject = [
                "ackId": .string("a\(index)"),
                "message": [
                    "data": .string(PubSubBase64Text.base64(message.data)), "messageId": .string("m\(index)"),
                    "attributes": .object(JSONObject(message.attributes.map { ($0.key, JSONValue.string($0.value)) })),
                    "orderingKey": .string(message.orderingKey),
                ],
            ]
            received["deliveryAttempt"] = attempt.map { .integer($0) }
            return .object(received)
        }
        return FakePubSub.json(["receivedMessages": .array(received)])
    }
}

/// Their clocks stand: by real time the deadline of a message that is held would be extended as soon as the machine stalls.
@Suite(.timeLimit(.minutes(10))) struct PubSubSubscriberTests {
    private let subscription = PubSubSubscriptionName("readers", in: "p")
    private let clock = TestClock()

    /// Ends a subscriber, and passes the moment for which it leaves its pull open.
    private func end(_ running: Task<Void, any Error>) async throws {
        running.cancel()
        try await clock.stepping { try await running.value }
    }

    @Test func aMessageIsHeldWhileItsHandlerRunsAndAcknowledgedAfterwards() async throws {
        let fake = delivering([try PubSubMessage(SampleEvents.event())])
        let gate = Gate(), started = Gate()
        let subscriber = PubSubSubscriber(subscription, on: fake.cloud, deadLetters: nil, clock: clock) { _ in
            started.open()
            try await gate.wait()
        }
        let running = Task { try await subscriber.run() }
        try await started.wait()
        for _ in 0..<6 {
            try await clock.waitForSleepers()
            clock.advance(by: .seconds(4))
        }
        try await clock.waitForSleepers()
        try await fake.wait { fake.identifiers(":modifyAckDeadline").count >= 2 }
        #expect(Set(fake.identifiers(":modifyAckDeadline")) == ["a0"])
        #expect(fake.identifiers(":acknowledge").isEmpty)
        gate.open()
        try await fake.wait { fake.identifiers(":acknowledge") == ["a0"] }
        try await end(running)
    }

    @Test func aFailureGivesBackItsStreamAndLeavesOthersAlone() async throws {
        let events = try [
            SampleEvents.event(1, stream: "a-1", revision: 1), SampleEvents.event(2, stream: "a-1", revision: 2),
            SampleEvents.event(3, stream: "b-1", revision: 1),
        ]
        let fake = delivering(try events.map { try PubSubMessage($0) })
        let subscriber = PubSubSubscriber(
            subscription, on: fake.cloud, deadLetters: nil, clock: clock
        ) { event in
            if event.stream == "a-1" { throw LedgerError(.unavailable, "Not now.") }
        }
        let running = Task { try await subscriber.run() }
        try await fake.wait {
            fake.identifiers(":acknowledge") == ["a2"] && fake.identifiers(":modifyAckDeadline") == ["a0", "a1"]
        }
        try await end(running)
        #expect(fake.bodies.contains { $0["ackDeadlineSeconds"] == 1 })
    }

    @Test func whatIsNoEventIsALetterAndAcknowledged() async throws {
        let ledger = InMemoryLedger()
        let fake = delivering([PubSubMessage(data: [0xFF])])
        let subscriber = PubSubSubscriber(
            subscription, on: fake.cloud, deadLetters: ledger.deadLetters, clock: clock
        ) { _ in }
        let running = Task { try await subscriber.run() }
        try await fake.wait { fake.identifiers(":acknowledge") == ["a0"] }
        try await end(running)
        #expect(try await ledger.deadLetters.letters().count == 1)
    }

    @Test(
        "An event that fails is delivered again, and with the last attempt becomes a dead letter",
        arguments: [2, 3, nil] as [Int64?])
    func lastAttempt(_ attempt: Int64?) async throws {
        struct Failing: Reactor {
            let name: ReactorName = "failing"
            let query = EventQuery()
            let attempts: Shared<[Int]>

            func react(to event: RecordedEvent, in context: ReactionContext) async throws -> Commit {
                attempts.change { $0.append(context.attempt) }
                throw LedgerError(.unavailable, "Not now.")
            }
        }
        let ledger = InMemoryLedger(clock: clock), attempts = Shared<[Int]>([])
        let fake = delivering([try PubSubMessage(SampleEvents.event())], attempt: attempt)
        let subscriber = PubSubSubscriber(
            Failing(attempts: attempts), on: ledger, pulling: subscription, from: fake.cloud, maximumDeliveries: 3
        )
        let running = Task { try await subscriber.run() }
        let isLast = attempt == 3
        try await fake.wait { fake.identifiers(isLast ? ":acknowledge" : ":modifyAckDeadline") == ["a0"] }
        try await end(running)
        #expect(attempts.value == [Int(attempt ?? 1)])
        let letters = try await ledger.deadLetters.letters()
        #expect(letters.map(\.origin) == (isLast ? ["failing"] : []))
        #expect(letters.map(\.attempts) == (isLast ? [3] : []))
    }

    @Test func whatIsHeldIsGivenBackAtTheEnd() async throws {
        let fake = delivering([try PubSubMessage(SampleEvents.event())])
        let started = Gate(), never = Gate()
        let subscriber = PubSubSubscriber(
            subscription, on: fake.cloud, deadLetters: nil, clock: clock
        ) { _ in
            started.open()
            try await never.wait()
        }
        let running = Task { try await subscriber.run() }
        try await started.wait()
        try await end(running)
        #expect(fake.identifiers(":modifyAckDeadline") == ["a0"])
        #expect(fake.bodies.contains { $0["ackDeadlineSeconds"] == 0 })
        #expect(fake.identifiers(":acknowledge").isEmpty)
    }

    @Test func anAcknowledgmentUnderWayAtTheEndIsFinished() async throws {
        let gate = Gate()
        let acknowledged = Shared(false)
        let source = delivering([try PubSubMessage(SampleEvents.event())])
        let fake = FakePubSub { request in
            if request.url.hasSuffix(":acknowledge") {
                try await gate.wait()
                acknowledged.change { $0 = true }
            }
            return try await source.send(request)
        }
        let subscriber = PubSubSubscriber(
            subscription, on: fake.cloud, deadLetters: nil, clock: clock
        ) { _ in }
        let running = Task { try await subscriber.run() }
        try await fake.wait { fake.identifiers(":acknowledge") == ["a0"] }
        running.cancel()
        gate.open()
        try await end(running)
        #expect(acknowledged.value)
        #expect(fake.identifiers(":acknowledge") == ["a0"])
        #expect(fake.identifiers(":modifyAckDeadline").isEmpty)
    }

    @Test func whatIsHandledAtTheEndIsAcknowledged() async throws {
        let fake = delivering([try PubSubMessage(SampleEvents.event())])
        let started = Gate(), gate = Gate()
        let subscriber = PubSubSubscriber(
            subscription, on: fake.cloud, deadLetters: nil, clock: clock
        ) { _ in
            started.open()
            // It does not look whether it is cancelled.
            _ = await Task { try? await gate.wait() }.value
        }
        let running = Task { try await subscriber.run() }
        try await started.wait()
        running.cancel()
        gate.open()
        try await end(running)
        #expect(fake.identifiers(":acknowledge") == ["a0"])
        #expect(fake.identifiers(":modifyAckDeadline").isEmpty)
    }

    @Test(arguments: [200, 504]) func anEmptyAnswerThatComesAtOnceIsFollowedByAPause(status: Int) async throws {
        let pulls = Shared(0)
        let fake = FakePubSub { _ in
            // Without a pause this would go on and on.
            pulls.change { $0 += 1 }
            if pulls.value > 5 { try await Task.sleep(for: .seconds(3600)) }
            return status == 200 ? FakePubSub.json([:]) : FakePubSub.refusal(status, "DEADLINE_EXCEEDED")
        }
        let subscriber = PubSubSubscriber(subscription, on: fake.cloud, deadLetters: nil, clock: clock) { _ in }
        let running = Task { try await subscriber.run() }
        for count in 1...3 {
            // The pause, and the alarm for the deadlines.
            try await clock.waitForSleepers(2)
            #expect(pulls.value == count)
            clock.advance(by: .seconds(10))
        }
        try await end(running)
    }

    @Test func severalEventsAreHandledAndAcknowledgedTogether() async throws {
        let ledger = InMemoryLedger()
        let events = try (1...5).map { try SampleEvents.event(Int64($0), stream: "a-1", revision: Int64($0)) }
        let messages = try [PubSubMessage(data: [0xFF])] + events.map { try PubSubMessage($0) }
        let fake = delivering(messages)
        let batches = Shared([[RecordedEvent]]())
        let subscriber = PubSubSubscriber(
            batchesOf: 3, from: subscription, on: fake.cloud, deadLetters: ledger.deadLetters,
            configuration: PubSubSubscriberConfiguration(maximumHandlers: 1), clock: clock
        ) { events in batches.change { $0.append(events) } }
        let running = Task { try await subscriber.run() }
        try await fake.wait { fake.identifiers(":acknowledge").count == messages.count }
        try await end(running)
        #expect(batches.value == [Array(events[..<2]), Array(events[2...])])
        #expect(try await ledger.deadLetters.letters().count == 1)
    }

    @Test func eventsWhoseHandlerFailsAreAllGivenBack() async throws {
        let events = try (1...3).map { try SampleEvents.event(Int64($0), stream: StreamName("a-\($0)")) }
        let fake = delivering(try events.map { try PubSubMessage($0) })
        let subscriber = PubSubSubscriber(
            batchesOf: 10, from: subscription, on: fake.cloud, deadLetters: InMemoryLedger().deadLetters,
            clock: clock
        ) { _ in throw LedgerError(.unavailable, "Not now.") }
        let running = Task { try await subscriber.run() }
        try await fake.wait { fake.identifiers(":modifyAckDeadline") == ["a0", "a1", "a2"] }
        try await end(running)
        #expect(fake.identifiers(":acknowledge").isEmpty)
    }

    @Test func aHandlerTakesOneEventOrMore() async throws {
        let fake = delivering([])
        let subscriber = PubSubSubscriber(
            batchesOf: 0, from: subscription, on: fake.cloud, deadLetters: InMemoryLedger().deadLetters
        ) { _ in }
        let error = await #expect(throws: LedgerError.self) { try await subscriber.run() }
        #expect(error?.code == .invalidValue)
    }

    @Test func aSubscriptionThatIsNotThereEndsTheSubscriber() async throws {
        let fake = FakePubSub { _ in FakePubSub.refusal(404, "NOT_FOUND") }
        let error = await #expect(throws: LedgerError.self) {
            try await PubSubSubscriber.waking(by: subscription, on: fake.cloud) {}.run()
        }
        #expect(error?.code == .notFound)
        #expect(error?.message.contains("projects/p/subscriptions/readers") == true)
    }

    @Test func everyMessageWakes() async throws {
        let fake = delivering([PubSubMessage(data: [1]), PubSubMessage(data: [2])])
        let woken = Shared(0)
        let running = Task {
            try await PubSubSubscriber.waking(by: subscription, on: fake.cloud) { woken.change { $0 += 1 } }.run()
        }
        try await fake.wait { fake.identifiers(":acknowledge").count == 2 }
        running.cancel()
        try await running.value
        #expect(woken.value == 2)
    }

    @Test func aStreamsRevisionsAreNotedOnce() async throws {
        let ledger = InMemoryLedger()
        let seen = StreamRevisions(of: "mailer", collection: "seen", in: ledger.documents)
        let first = try SampleEvents.event(1, revision: 1), third = try SampleEvents.event(3, revision: 3)
        try await ledger.documents.write([try #require(try await seen.mark(first))])
        let mark = try #require(try await seen.mark(third))
        try await ledger.documents.write([mark])
        #expect(try await seen.mark(first) == nil)
        #expect(try await seen.mark(third) == nil)
        // Who asked at the same time and writes later changes nothing.
        let error = await #expect(throws: LedgerError.self) { try await ledger.documents.write([mark]) }
        #expect(error?.code == .conflict)
    }
}
