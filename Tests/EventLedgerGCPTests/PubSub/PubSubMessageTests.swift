import EventLedger
import Testing

@testable import EventLedgerGCP

@Suite struct PubSubMessageTests {
    private func sent(_ message: PubSubMessage) throws -> PubSubMessage {
        var bytes: [UInt8] = []
        message.appendJSON(to: &bytes)
        return try PubSubMessage(json: try #require(try JSONText(bytes).value().objectValue))
    }

    @Test func anEventTravelsByteForByte() throws {
        let event = try SampleEvents.event(
            data: #"{"a":1.0,"b":9007199254740993,"c":"\u00e9","c":2}"#, tags: ["run:1"],
            metadata: try JSONText(#"{"actor":"ada"}"#)
        )
        #expect(try sent(PubSubMessage(event)).recordedEvent() == event)
    }

    @Test func theLargestEventTravelsWithinThePlatformsLimits() throws {
        let event = try SampleEvents.maximal()
        let message = try PubSubMessage(event)
        try message.validate()
        #expect(message.attributes.values.allSatisfy { $0.utf8.count <= 1024 })
        #expect(message.orderingKey.utf8.count <= 1024)
        #expect(try sent(message).recordedEvent() == event)
        var bytes: [UInt8] = []
        message.appendJSON(to: &bytes)
        let target = PubSubTarget(PubSubTopicName("events", in: "p"), on: FakePubSub.confirming().cloud)
        #expect(target.size(of: event) >= bytes.count)
        #expect(bytes.count < 10_000_000)
    }

    @Test func attributesHoldWhatFiltersNeed() throws {
        let message = try PubSubMessage(
            SampleEvents.event(stream: "user-42", type: "user.registered"), source: "/ledgers/main"
        )
        #expect(message.orderingKey == "user-42")
        #expect(
            message.attributes == [
                "content-type": "application/cloudevents+json; charset=utf-8", "type": "user.registered",
                "stream": "user-42", "category": "user",
            ]
        )
    }

    @Test func anEmptyCategoryIsLeftOut() throws {
        let message = try PubSubMessage(SampleEvents.event(stream: "-1"))
        #expect(message.attributes["category"] == nil)
        #expect(try message.recordedEvent().stream == "-1")
    }

    @Test func binaryModeIsRead() throws {
        let event = try SampleEvents.event(tags: ["a"])
        let known = try CloudEvent(event)
        var attributes = Dictionary(uniqueKeysWithValues: known.attributes.map { ("ce-" + $0.key, $0.value) })
        attributes["ce-datacontenttype"] = nil
        attributes["Content-Type"] = "application/json"
        #expect(try PubSubMessage(data: event.data.bytes, attributes: attributes).recordedEvent() == event)
    }

    @Test(arguments: [
        PubSubMessage(data: Array("{}".utf8)),
        PubSubMessage(data: Array("no".utf8), attributes: ["content-type": "application/cloudevents+json"]),
        PubSubMessage(data: Array("{}".utf8), attributes: ["content-type": "application/cloudevents+avro"]),
        PubSubMessage(data: Array("{}".utf8), attributes: ["content-type": "application/cloudevents-batch+json"]),
        PubSubMessage(data: Array("{}".utf8), attributes: ["ce-id": "1", "ce-type": "t", "ce-source": "s"]),
        PubSubMessage(
            data: Array(#"1,"extra":"x""#.utf8),
            attributes: ["ce-id": "1", "ce-type": "t", "ce-source": "s", "ce-specversion": "1.0"]
        ),
        PubSubMessage(
            data: Array("{}".utf8),
            attributes: ["ce-id": "1", "ce-type": "t", "ce-source": "s", "ce-specversion": "1.0"]
        ),
    ])
    func whatIsNoEventOfALedgerIsRefused(_ message: PubSubMessage) {
        let error = #expect(throws: LedgerError.self) { try message.recordedEvent() }
        #expect(error?.code == .invalidValue)
    }

    @Test(
        arguments: [
            ("", ""), ("YQ==", "a"), ("YQ", "a"), ("YWI=", "ab"), ("YWI", "ab"), ("_-8=", nil), ("+/8=", nil),
        ] as [(String, String?)])
    func bothAlphabetsAreRead(_ text: String, _ content: String?) throws {
        let bytes = try #require(PubSubBase64.bytes(text))
        if let content { #expect(String(decoding: bytes, as: UTF8.self) == content) } else { #expect(bytes.count == 2) }
    }

    @Test(arguments: ["a", "a===", "Y Q=", "YQ==YQ==", "é", "YQ=\n"])
    func whatIsNotBase64IsRefused(_ text: String) { #expect(PubSubBase64.bytes(text) == nil) }

    private static let refused = [
        PubSubMessage(data: []), PubSubMessage(data: [1], attributes: ["": "x"]),
        PubSubMessage(data: [1], attributes: ["google": "x"]),
        PubSubMessage(data: [1], attributes: [String(repeating: "k", count: 257): "x"]),
        PubSubMessage(data: [1], attributes: ["k": String(repeating: "v", count: 1025)]),
        PubSubMessage(data: [1], attributes: Dictionary(uniqueKeysWithValues: (0...100).map { ("k\($0)", "v") })),
        PubSubMessage(data: [1], orderingKey: String(repeating: "k", count: 1025)),
        PubSubMessage(data: [UInt8](repeating: 0, count: 10_000_001)),
    ]

    /// By their numbers, so that 10 MB are not spelled out in the log.
    @Test(arguments: refused.indices) func whatPubSubDoesNotTakeIsNotSent(_ number: Int) async {
        let message = Self.refused[number]
        let fake = FakePubSub.confirming()
        await #expect(throws: LedgerError.self) {
            try await PubSubClient(on: fake.cloud).publish([message], to: PubSubTopicName("events", in: "p"))
        }
        #expect(fake.requests.isEmpty)
    }
}
