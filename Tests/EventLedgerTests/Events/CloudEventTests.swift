import EventLedger
import EventLedgerTesting
import TestSupport
import Testing

@Suite("CloudEvents")
struct CloudEventTests {
    private static let oddData = [
        "1.0", "9007199254740993", "123456789012345678901234567890", #"{"a":1,"a":2}"#, #""\u00e9\ud800\/""#, "null",
        #"{"b":1.50e+10,"a":[],"":{"}":"]"}}"#, #"{"data":"\"data\":1","id":"x"}"#, "[[[1]],{}]",
        String(repeating: "[", count: 512) + String(repeating: "]", count: 512),
    ]

    @Test("An event comes back byte for byte", arguments: oddData)
    func roundTrip(data: String) throws {
        var chain = Chain()
        try chain.append(to: "first-1")
        let event = try chain.append(
            to: "gr\u{F6}\u{DF}e \"1\"", data: data, id: "e\u{301}\\1", tags: ["run:42", "a\"b"],
            metadata: Metadata(correlationID: "4\n2", provenance: ["\u{E9}"])
        )
        let line = try CloudEvent(event).json
        #expect(!line.contains(UInt8(ascii: "\n")))
        #expect(String(decoding: line, as: UTF8.self).hasSuffix("\"data\":\(data)}"))
        let read = try CloudEvent(json: line)
        #expect(read.isRecorded)
        #expect(try read.recordedEvent() == event)
    }

    @Test("Random events come back byte for byte")
    func random() throws {
        var generator = SeededGenerator(seed: try TestRun.seed())
        var chain = Chain()
        for _ in 0..<200 {
            let event = try chain.append(
                to: StreamName(Self.text(&generator)), data: Self.json(&generator, depth: 4),
                tags: [EventTag(Self.text(&generator))],
                metadata: Metadata(actor: Self.text(&generator), extra: [Self.text(&generator): 1.5])
            )
            let read = try CloudEvent(json: try CloudEvent(event).json).recordedEvent()
            #expect(read == event, "\(TestRun.hint)")
        }
    }

    private static func text(_ generator: inout SeededGenerator) -> String {
        let pieces = ["a", "\"", "\\", "/", " ", "{", "]", ",", "\u{E9}", "e\u{301}", "日", "😀", ":", "-"]
        return (0...Int.random(in: 0..<8, using: &generator))
            .map { _ in pieces[Int.random(in: 0..<pieces.count, using: &generator)] }.joined()
    }

    private static func json(_ generator: inout SeededGenerator, depth: Int) -> String {
        let scalars = ["1.0", "-0", "1E5", "true", "null", "18446744073709551616", #""\u0000\"\\}""#, #""é""#]
        let kind = Int.random(in: 0..<(depth == 0 ? 1 : 3), using: &generator)
        if kind == 0 { return scalars[Int.random(in: 0..<scalars.count, using: &generator)] }
        let count = Int.random(in: 0..<4, using: &generator)
        var parts: [String] = []
        for _ in 0..<count {
            let value = json(&generator, depth: depth - 1)
            parts.append(kind == 1 ? value : "\"k\(Int.random(in: 0..<2, using: &generator))\":\(value)")
        }
        return kind == 1 ? "[\(parts.joined(separator: ","))]" : "{\(parts.joined(separator: ","))}"
    }

    @Test("The line is a legal CloudEvents 1.0 event")
    func legal() throws {
        let event = try Chain.sound(3).events[2]
        let json = try JSONText(try CloudEvent(event, source: "/ledgers/1").json).value()
        let object = try #require(json.objectValue)
        #expect(object["specversion"] == "1.0")
        #expect(object["id"] == .string(event.id.rawValue))
        #expect(object["source"] == "/ledgers/1")
        #expect(object["type"] == "thing.happened")
        #expect(object["position"] == "3")
        #expect(object["time"] == .string(event.occurredAt.description))
        for field in object.fields {
            #expect(field.key.utf8.count <= 20)
            #expect(field.key.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) })
            if field.key != "data" { #expect(field.value.stringValue?.isEmpty == false) }
        }
    }

    @Test("An event from elsewhere becomes a new event; what is not known is ignored")
    func foreign() throws {
        let text = """
            { "specversion" : "1.0", "type": "order.placed", "source": "/shop", "id": "A-1", "subject": "order 7",
              "time": "2026-11-21T09:30:00+01:00", "comexample": true, "other": 5, "nested": {"a": [1, "}"]},
              "traceparent": "00-a-b-01", "datacontenttype": "application/json; charset=utf-8",
              "data": { "total": 1.0, "total": 2 } }
            """
        let cloudEvent = try CloudEvent(json: Array(text.utf8))
        #expect(!cloudEvent.isRecorded)
        let event = try cloudEvent.newEvent()
        #expect(event.id == "A-1")
        #expect(event.type == "order.placed")
        #expect(event.schemaVersion == 1)
        #expect(event.data.text == #"{"total":1.0,"total":2}"#)
        #expect(event.occurredAt == Timestamp("2026-11-21T08:30:00Z"))
        #expect(event.metadata.provenance == ["/shop"])
        #expect(event.metadata.traceparent == "00-a-b-01")
        #expect(event.metadata.extra["subject"] == "order 7")
        let error = #expect(throws: LedgerError.self) { try cloudEvent.recordedEvent() }
        #expect(error?.details["attribute"] == "hash")
    }

    @Test(
        "What is wrong is named",
        arguments: [
            (#"{"specversion":"0.3","id":"1","source":"s","type":"t"}"#, "specversion"),
            (#"{"specversion":"1.0","source":"s","type":"t"}"#, "id"),
            (#"{"specversion":"1.0","id":"1","source":"","type":"t"}"#, "source"),
            (#"{"specversion":"1.0","id":"1","source":"s","type":["t"]}"#, "type"),
            (#"{"specversion":"1.0","id":"1","source":"s","type":"t","time":"noon"}"#, "time"),
            (#"{"specversion":"1.0","id":"1","id":"2","source":"s","type":"t"}"#, "id"),
            (#"{"specversion":"1.0","id":"1","source":"s","type":"t","data":{"a":}}"#, "data"),
            (#"{"specversion":"1.0","id":"1","source":"s","type":"t","data_base64":"AA=="}"#, "data_base64"),
            (
                #"{"specversion":"1.0","id":"1","source":"s","type":"t","datacontenttype":"text/xml"}"#,
                "datacontenttype"
            ),
        ]
    )
    func wrong(text: String, attribute: String) throws {
        let error = #expect(throws: LedgerError.self) { try CloudEvent(json: Array(text.utf8)) }
        #expect(error?.code == .invalidValue)
        #expect(error?.details["attribute"] == attribute)
        #expect(error?.message.contains("'\(attribute)'") == true)
    }

    @Test("What is not an object is refused", arguments: ["", "[]", "{", "{\"a\"}", "{\"a\":1", "{} {}", "{\"a\":1,}"])
    func noObject(text: String) {
        let error = #expect(throws: LedgerError.self) { try CloudEvent(json: Array(text.utf8)) }
        #expect(error?.code == .invalidValue)
    }
}
