import EventLedger
import EventLedgerGCP
import EventLedgerInMemory
import GCPTestSupport
import Testing

/// What others read of what we publish, and what we read of what others publish.
@Suite(
    .enabled(if: GCPServices.hasPubSub, GCPServices.hint),
    .enabled(if: Judge.pubsub.isInstalled, Judge.pubsub.hint),
    .timeLimit(.minutes(10))
)
struct PubSubJudgeTests {
    private let cloud = GCPServices.cloud()

    private func topicAndSubscription() async throws -> (PubSubTopicName, PubSubSubscriptionName) {
        let client = PubSubClient(on: cloud)
        let topic = cloud.topic("judged"), subscription = cloud.subscription("judge")
        try await client.create(topic)
        try await client.create(subscription, of: topic)
        return (topic, subscription)
    }

    @Test func othersReadWhatWePublish() async throws {
        let (topic, subscription) = try await topicAndSubscription()
        let events = try [
            SampleEvents.event(
                data: #"{"a":1.0,"b":9007199254740993,"c":"\u00e9","d":[null,{}]}"#, tags: ["run:1", "\"é\""],
                metadata: try JSONText(#"{"actor":"ada"}"#)
            ),
            SampleEvents.event(2, revision: 2, data: "7"), SampleEvents.maximal(),
        ]
        #expect(try await PubSubTarget(topic, on: cloud, source: "/ledgers/main").send(events).isEmpty)
        let judged = try await Judge.pubsub.run([
            "read", "--project", cloud.project, "--subscription", subscription.subscription, "--count", "3",
        ])
        #expect(judged.count == 3)
        for event in events {
            let seen = try #require(judged.first { $0["event"]?.objectValue?["id"] == .string(event.id.rawValue) })
            let attributes = try CloudEvent(event, source: "/ledgers/main").attributes
            let shown = try #require(seen["event"]?.objectValue)
            for (name, value) in attributes where name != "time" {
                #expect(shown[name] == .string(value), "\(name)")
            }
            let time = try #require(shown["time"]?.stringValue)
            #expect(Timestamp(time) == event.occurredAt)
            #expect(seen["data"] == .string(event.data.text))
            #expect(seen["orderingKey"] == .string(event.stream.rawValue))
            #expect(seen["attributes"]?.objectValue?["type"] == .string(event.type.rawValue))
        }
    }

    @Test(arguments: ["structured", "binary"]) func weReadWhatOthersPublish(_ mode: String) async throws {
        let (topic, subscription) = try await topicAndSubscription()
        let events = try (1...3).map { number in
            try SampleEvents.event(
                Int64(number), revision: Int64(number), data: #"{"n":\#(number)}"#, tags: ["a b", "é%"],
                metadata: try JSONText(#"{"actor":"ada"}"#)
            )
        }
        let orders = try events.map { event -> JSONObject in
            let attributes = try CloudEvent(event).attributes.map { ($0.key, JSONValue.string($0.value)) }
            return [
                "mode": .string(mode), "orderingKey": .string(event.stream.rawValue),
                "event": .object(JSONObject(attributes)), "data": try event.data.value(),
            ]
        }
        let said = try await Judge.pubsub.run(
            ["write", "--project", cloud.project, "--topic", topic.topic], lines: orders
        )
        #expect(said == [["published": true]])
        let received = ReceivedEvents()
        let subscriber = PubSubSubscriber(subscription, on: cloud, deadLetters: nil) { received.add($0) }
        let running = Task { try await subscriber.run() }
        try await received.wait { Set($0.map(\.position)).count == 3 }
        running.cancel()
        try await running.value
        // What is not acknowledged in time comes twice.
        var seen: Set<Position> = []
        let first = received.events.filter { seen.insert($0.position).inserted }
        #expect(first == events)
    }
}
