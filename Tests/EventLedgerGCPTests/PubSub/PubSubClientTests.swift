import EventLedger
import Testing

@testable import EventLedgerGCP

@Suite struct PubSubClientTests {
    private let topic = PubSubTopicName("events", in: "p")
    private let subscription = PubSubSubscriptionName("readers", in: "p")

    @Test func publishingMayBeRepeatedAndNamesTheKey() async throws {
        let fake = FakePubSub.confirming()
        let message = PubSubMessage(data: Array("hi".utf8), attributes: ["a": "é"], orderingKey: "k")
        #expect(try await PubSubClient(on: fake.cloud).publish([message, message], to: topic) == ["0", "1"])
        let request = try #require(fake.requests.first)
        #expect(request.url == "http://pubsub.test/v1/projects/p/topics/events:publish")
        #expect(request.repeatability == .idempotent)
        let sent: JSONValue = ["attributes": ["a": "é"], "data": "aGk=", "orderingKey": "k"]
        #expect(fake.bodies == [["messages": [sent, sent]]])
    }

    @Test(
        arguments: [
            (404, "NOT_FOUND", LedgerError.Code.notFound), (403, "PERMISSION_DENIED", .forbidden),
            (401, "UNAUTHENTICATED", .forbidden), (400, "INVALID_ARGUMENT", .invalidValue),
            (503, "UNAVAILABLE", .unavailable),
            (429, "RESOURCE_EXHAUSTED", .unavailable),
        ] as [(Int, String, LedgerError.Code)])
    func refusalsNameTheTopic(_ status: Int, _ reason: String, _ code: LedgerError.Code) async throws {
        let fake = FakePubSub { _ in FakePubSub.refusal(status, reason) }
        let error = await #expect(throws: LedgerError.self) {
            try await PubSubClient(on: fake.cloud).publish([PubSubMessage(data: [1])], to: topic)
        }
        #expect(error?.code == code)
        #expect(error?.message.contains("projects/p/topics/events") == true)
    }

    @Test func subscriptionsAreCreatedWithTheirSettings() async throws {
        let fake = FakePubSub { _ in FakePubSub.json([:]) }
        let client = PubSubClient(on: fake.cloud)
        let push = PubSubSubscriptionSettings.Delivery.push(
            endpoint: "https://a.test/push", authentication: .serviceAccount("push@p.test", audience: "a"),
            isUnwrapped: true
        )
        try await client.create(
            subscription, of: topic,
            PubSubSubscriptionSettings(
                acknowledgmentDeadline: .milliseconds(29_001), filter: #"attributes.category = "user""#,
                backoff: Duration.milliseconds(1)...Duration.seconds(60), expiration: .afterIdle(.seconds(86_400)),
                deadLetters: .init(topic: PubSubTopicName("undelivered", in: "p"), maximumDeliveries: 20),
                delivery: push
            )
        )
        try await client.create(
            subscription, of: topic,
            PubSubSubscriptionSettings(
                keepsOrder: false, backoff: nil, expiration: .never,
                delivery: .bigQuery(
                    table: "p.d.events", usesTableSchema: true, writesMetadata: false, dropsUnknownFields: true
                )
            )
        )
        try await client.create(subscription, of: topic)
        #expect(fake.requests.map(\.method) == [.put, .put, .put])
        #expect(
            fake.bodies == [
                [
                    "topic": "projects/p/topics/events", "enableMessageOrdering": true, "ackDeadlineSeconds": 30,
                    "filter": #"attributes.category = "user""#,
                    "retryPolicy": ["minimumBackoff": "1s", "maximumBackoff": "60s"],
                    "expirationPolicy": ["ttl": "86400s"],
                    "deadLetterPolicy": [
                        "deadLetterTopic": "projects/p/topics/undelivered", "maxDeliveryAttempts": 20,
                    ],
                    "pushConfig": [
                        "pushEndpoint": "https://a.test/push", "noWrapper": ["writeMetadata": true],
                        "oidcToken": ["serviceAccountEmail": "push@p.test", "audience": "a"],
                    ],
                ],
                [
                    "topic": "projects/p/topics/events", "enableMessageOrdering": false, "ackDeadlineSeconds": 60,
                    "expirationPolicy": [:],
                    "bigqueryConfig": [
                        "table": "p.d.events", "useTableSchema": true, "writeMetadata": false,
                        "dropUnknownFields": true,
                    ],
                ],
                [
                    "topic": "projects/p/topics/events", "enableMessageOrdering": true, "ackDeadlineSeconds": 60,
                    "retryPolicy": ["minimumBackoff": "1s", "maximumBackoff": "600s"], "expirationPolicy": [:],
                ],
            ]
        )
    }

    @Test func deliveriesShowWhatWasChosen() async throws {
        let fake = FakePubSub { _ in FakePubSub.json([:]) }
        let url = "https://a.test/push"
        for authentication in [PushAuthentication.serviceAccount("push@p.test"), .unauthenticated] {
            try await PubSubClient(on: fake.cloud).create(
                subscription, of: topic,
                PubSubSubscriptionSettings(delivery: .push(endpoint: url, authentication: authentication))
            )
        }
        let pushes = fake.bodies.map { $0["pushConfig"]?.objectValue }
        try #require(pushes.count == 2)
        let token: JSONValue = ["serviceAccountEmail": "push@p.test", "audience": .string(url)]
        #expect(pushes[0] == ["pushEndpoint": .string(url), "oidcToken": token])
        #expect(pushes[1] == ["pushEndpoint": .string(url)])
    }

    @Test(
        arguments: [
            PubSubSubscriptionSettings(acknowledgmentDeadline: .milliseconds(9_999)),
            PubSubSubscriptionSettings(acknowledgmentDeadline: .milliseconds(600_001)),
            PubSubSubscriptionSettings(backoff: Duration.seconds(1)...Duration.seconds(601)),
            PubSubSubscriptionSettings(backoff: Duration.seconds(-1)...Duration.seconds(1)),
            PubSubSubscriptionSettings(expiration: .afterIdle(.seconds(86_399))),
            PubSubSubscriptionSettings(
                deadLetters: .init(topic: PubSubTopicName("undelivered", in: "p"), maximumDeliveries: 4)),
            PubSubSubscriptionSettings(
                deadLetters: .init(topic: PubSubTopicName("undelivered", in: "p"), maximumDeliveries: 101)),
            PubSubSubscriptionSettings(
                deadLetters: .init(topic: PubSubTopicName("events", in: "p"), maximumDeliveries: 5)),
            PubSubSubscriptionSettings(
                delivery: .push(endpoint: "https://a.test", authentication: .serviceAccount(""))),
        ])
    func settingsThatPubSubWouldNotTakeAreNotSent(_ settings: PubSubSubscriptionSettings) async throws {
        let fake = FakePubSub { _ in FakePubSub.json([:]) }
        let error = await #expect(throws: LedgerError.self) {
            try await PubSubClient(on: fake.cloud).create(subscription, of: topic, settings)
        }
        #expect(error?.code == .invalidValue)
        #expect(fake.requests.isEmpty)
    }

    @Test func deadlinesAreMovedByWholeSecondsWithinPubSubsRange() async throws {
        let fake = FakePubSub { _ in FakePubSub.json([:]) }
        let client = PubSubClient(on: fake.cloud)
        let deliveries = [PubSubDelivery(message: PubSubMessage(data: [1]), messageID: "1", acknowledgment: "a")]
        try await client.modifyAcknowledgmentDeadline(deliveries, to: .milliseconds(1_001), of: subscription)
        #expect(fake.bodies == [["ackIds": ["a"], "ackDeadlineSeconds": 2]])
        for deadline in [Duration.milliseconds(-1), Duration.milliseconds(600_001)] {
            let error = await #expect(throws: LedgerError.self) {
                try await client.modifyAcknowledgmentDeadline(deliveries, to: deadline, of: subscription)
            }
            #expect(error?.code == .invalidValue)
        }
        #expect(fake.requests.count == 1)
    }

    @Test func namesAreThoseOfTheCloudsProject() {
        let cloud = FakePubSub.confirming().cloud
        #expect(cloud.topic("events") == topic)
        #expect(cloud.subscription("readers") == subscription)
    }

    @Test func whatIsThereAlreadyIsLeftAndWhatIsGoneIsGone() async throws {
        let there = FakePubSub { _ in FakePubSub.refusal(409, "ALREADY_EXISTS") }
        #expect(try await PubSubClient(on: there.cloud).create(topic) == false)
        let gone = FakePubSub { _ in FakePubSub.refusal(404, "NOT_FOUND") }
        try await PubSubClient(on: gone.cloud).delete(subscription)
    }

    @Test(arguments: ["ab", "1abc", "google-topic", "a/b", "a?b", "é-topic", "", String(repeating: "a", count: 256)])
    func namesThatPubSubDoesNotKnowAreNotSent(_ id: String) async throws {
        let fake = FakePubSub.confirming()
        let error = await #expect(throws: LedgerError.self) {
            try await PubSubClient(on: fake.cloud).publish([PubSubMessage(data: [1])], to: PubSubTopicName(id, in: "p"))
        }
        #expect(error?.code == .invalidName)
        #expect(fake.requests.isEmpty)
        let checked = #expect(throws: LedgerError.self) { try PubSubTopicName(id, in: "p").validate() }
        #expect(checked?.code == .invalidName)
        let other = #expect(throws: LedgerError.self) { try PubSubSubscriptionName(id, in: "p").validate() }
        #expect(other?.code == .invalidName)
    }

    @Test func lettersAreAnnouncedWithoutTheirPayload() async throws {
        let fake = FakePubSub.confirming()
        let event = try SampleEvents.event(data: #"{"secret":"xyzzy"}"#)
        let letter = DeadLetter(
            event: event, consumer: "mailer", failure: TaskFailure(errorType: "E", message: "It failed."), attempts: 3,
            firstFailedAt: event.recordedAt, at: event.recordedAt
        )
        let notifier = PubSubDeadLetterNotifier(topic, on: fake.cloud)
        try await notifier.notify(letter)
        try await notifier.notifyOfMore(4, last: letter)
        let messages = fake.bodies.compactMap { $0["messages"]?.arrayValue?.first?.objectValue }
        let contents = try messages.map { try #require($0["data"]?.stringValue) }
            .map { try #require(PubSubBase64Text.text($0)) }
        #expect(contents.count == 2)
        #expect(contents[0].contains(#""origin":"mailer""#) && contents[0].contains(#""attempts":3"#))
        #expect(!contents[0].contains("xyzzy"))
        #expect(contents[1] == #"{"more":4,"origin":"mailer"}"#)
        #expect(messages[0]["attributes"]?.objectValue?["kind"] == "event")
    }
}
