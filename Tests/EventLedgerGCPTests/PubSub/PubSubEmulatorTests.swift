import EventLedger
import EventLedgerGCP
import EventLedgerInMemory
import GCPTestSupport
import Synchronization
import Testing

/// Against Google's emulator.
@Suite(.enabled(if: GCPServices.hasPubSub, GCPServices.hint), .timeLimit(.minutes(10)))
struct PubSubEmulatorTests {
    private let ledger = InMemoryLedger()
    private let cloud = GCPServices.cloud()

    private func topicAndSubscription() async throws -> (PubSubTopicName, PubSubSubscriptionName) {
        let client = PubSubClient(on: cloud)
        let topic = cloud.topic("events"), subscription = cloud.subscription("readers")
        #expect(try await client.create(topic))
        #expect(try await client.create(topic) == false)
        #expect(try await client.create(subscription, of: topic))
        #expect(try await client.create(subscription, of: topic) == false)
        return (topic, subscription)
    }

    @Test func whatIsRelayedIsPulledInOrderAndAcknowledged() async throws {
        let (topic, subscription) = try await topicAndSubscription()
        try await ledger.fill(700)
        let relay = EventRelay("events", from: ledger, to: PubSubTarget(topic, on: cloud), keeping: ledger.documents)
        #expect(try await relay.catchUp().events == 700)
        let received = ReceivedEvents()
        let subscriber = PubSubSubscriber(subscription, on: cloud, deadLetters: ledger.deadLetters) {
            received.add($0)
        }
        let running = Task { try await subscriber.run() }
        try await received.wait { Set($0.map(\.position)).count == 700 }
        running.cancel()
        try await running.value
        #expect(RelayedOrder.isSound(received.events))
        var known: [RecordedEvent] = []
        for try await event in ledger.read() { known.append(event) }
        #expect(Set(received.events) == Set(known))
    }

    @Test func aHandlerThatFailedIsAskedAgain() async throws {
        let (topic, subscription) = try await topicAndSubscription()
        try await ledger.fill(3, streams: 1)
        try await EventRelay("events", from: ledger, to: PubSubTarget(topic, on: cloud), keeping: ledger.documents)
            .catchUp()
        let received = ReceivedEvents()
        let failures = Shared(2)
        let subscriber = PubSubSubscriber(subscription, on: cloud, deadLetters: nil) { event in
            let fails = failures.change { left in
                guard event.revision == 2, left > 0 else { return false }
                left -= 1
                return true
            }
            if fails { throw LedgerError(.unavailable, "Not now.") }
            received.add(event)
        }
        let running = Task { try await subscriber.run() }
        try await received.wait { Set($0.map(\.revision)).count == 3 }
        running.cancel()
        try await running.value
        #expect(RelayedOrder.isSound(received.events))
        #expect(failures.value == 0)
    }

    @Test func aSubscriptionKeepsTheSettingsThatItWasMadeWith() async throws {
        let client = PubSubClient(on: cloud)
        let topic = cloud.topic("events"), undelivered = cloud.topic("undelivered")
        let lasting = cloud.subscription("lasting"), passing = cloud.subscription("passing")
        try await client.create(topic)
        try await client.create(undelivered)
        let settings = PubSubSubscriptionSettings(deadLetters: .init(topic: undelivered, maximumDeliveries: 7))
        #expect(try await client.create(lasting, of: topic, settings))
        try await client.create(
            passing, of: topic, PubSubSubscriptionSettings(expiration: .afterIdle(.seconds(172_800)))
        )
        let policy: JSONValue = ["deadLetterTopic": .string("\(undelivered)"), "maxDeliveryAttempts": 7]
        let made = try await client.description(of: lasting)
        #expect(made["deadLetterPolicy"] == policy)
        #expect(made["expirationPolicy"]?.objectValue?["ttl"] == nil)
        let other = try await client.description(of: passing)
        #expect(other["deadLetterPolicy"] == nil)
        #expect(other["expirationPolicy"] == ["ttl": "172800s"])
        // What is there is left as it is.
        #expect(try await client.create(lasting, of: topic) == false)
        #expect(try await client.description(of: lasting) == made)
    }

    @Test func theLargestEventTravels() async throws {
        let (topic, subscription) = try await topicAndSubscription()
        let event = try SampleEvents.maximal()
        let target = PubSubTarget(topic, on: cloud)
        #expect(try await target.send([event]).isEmpty)
        // A pull may end without a message although there is one.
        var deliveries: [PubSubDelivery] = []
        while deliveries.isEmpty { deliveries = try await PubSubClient(on: cloud).pull(subscription) }
        #expect(try deliveries.first?.message.recordedEvent() == event)
        #expect(deliveries.first?.message.orderingKey == event.stream.rawValue)
    }

    @Test func whatDoesNotExistIsNamed() async throws {
        let client = PubSubClient(on: cloud)
        let nowhere = await #expect(throws: LedgerError.self) {
            try await client.publish([PubSubMessage(data: [1])], to: cloud.topic("nowhere"))
        }
        #expect(nowhere?.code == .notFound)
        #expect(nowhere?.message.contains("topics/nowhere") == true)
        let nobody = await #expect(throws: LedgerError.self) { try await client.pull(cloud.subscription("nobody")) }
        #expect(nobody?.code == .notFound)
        try await client.delete(cloud.topic("nowhere"))
        try await ledger.fill(1)
        let nowhereName = cloud.topic("nowhere")
        let relay = EventRelay(
            "events", from: ledger, to: PubSubTarget(nowhereName, on: cloud), keeping: ledger.documents)
        let error = await #expect(throws: LedgerError.self) { try await relay.catchUp() }
        #expect(error?.code == .notFound)
    }
}

/// Events as they came.
final class ReceivedEvents: Sendable {
    private let state = Mutex<[RecordedEvent]>([])
    private let signal = CommitSignal()

    var events: [RecordedEvent] { state.withLock { $0 } }

    func add(_ event: RecordedEvent) {
        state.withLock { $0.append(event) }
        signal.signal()
    }

    func wait(until condition: ([RecordedEvent]) -> Bool) async throws {
        while true {
            let ticket = signal.ticket
            if condition(events) { return }
            try await signal.wait(since: ticket)
        }
    }
}
