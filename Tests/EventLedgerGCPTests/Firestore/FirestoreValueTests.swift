import EventLedger
import EventLedgerTesting
import TestSupport
import Testing

@testable import EventLedgerGCP

@Suite("Firestore's values as JSON") struct FirestoreValueTests {
    @Test("Any value is read as it was written") func roundTrips() throws {
        for seed in try TestRun.seeds(20, thorough: 500) {
            var generator = SeededGenerator(seed: seed)
            for _ in 0..<50 {
                let value = RandomFirestoreValue.value(depth: 3, &generator)
                let bytes = value.json.canonicalBytes
                let read = try FirestoreValue(json: JSONText(bytes).value())
                #expect(read == value, "\(TestRun.hint(seed))")
            }
        }
    }

    @Test("Values are read as Google writes them")
    func spellings() throws {
        let cases: [(String, FirestoreValue)] = [
            (#"{"integerValue": "-9223372036854775808"}"#, .integer(.min)),
            (#"{"integerValue": 7}"#, .integer(7)),
            (#"{"nullValue": null}"#, .null),
            (#"{"arrayValue": {}}"#, .array([])),
            (#"{"mapValue": {}}"#, .map([:])),
            (#"{"bytesValue": ""}"#, .bytes([])),
            (#"{"timestampValue": "2026-11-21T08:30:00Z"}"#, .timestamp(1_795_249_800_000_000)),
            (#"{"timestampValue": "2026-11-21T08:30:00.123456789Z"}"#, .timestamp(1_795_249_800_123_456)),
            (#"{"stringValue": "\u00e9\u2028"}"#, .string("\u{E9}\u{2028}")),
        ]
        for (text, expected) in cases {
            let read = try FirestoreValue(json: JSONText(text).value())
            #expect(read == expected, "\(text)")
        }
    }

    @Test(
        "What the library never writes is refused",
        arguments: [
            #"{"doubleValue": 1.5}"#, #"{"referenceValue": "a"}"#, "{}", "1", #"{"integerValue": "x"}"#,
            #"{"bytesValue": "*"}"#, #"{"stringValue": 1}"#, #"{"timestampValue": "yesterday"}"#,
            #"{"stringValue": "a", "nullValue": null}"#,
        ])
    func refused(_ text: String) throws {
        let json = try JSONText(text).value()
        #expect(throws: AnswerScanner.Unreadable.self) { try FirestoreValue(json: json) }
    }

    @Test("Strings are equal by their bytes, and so are names of fields")
    func byteEquality() {
        let composed = "\u{E9}", decomposed = "e\u{301}"
        #expect(composed == decomposed, "Swift takes them for one.")
        let pairs: [(FirestoreValue, FirestoreValue)] = [
            (.string(composed), .string(decomposed)),
            (.array([.string(composed)]), .array([.string(decomposed)])),
            (.map(["a": .string(composed)]), .map(["a": .string(decomposed)])),
            (.map([composed: .null]), .map([decomposed: .null])),
        ]
        for (one, other) in pairs {
            #expect(one != other)
            #expect(Set([one, other, one]).count == 2)
        }
        #expect(FirestoreValue.integer(1) != .timestamp(1))
        #expect(FirestoreValue.map(["a": .null, "b": .null]) != .map(["a": .null, "c": .null]))
    }

    @Test("Names that are no identifiers are quoted in paths") func paths() {
        #expect(FirestoreQuery.path("keys", "score") == "keys.score")
        #expect(FirestoreQuery.path("keys", "a.b") == "keys.`a.b`")
        #expect(FirestoreQuery.path("keys", "1st") == "keys.`1st`")
        #expect(FirestoreQuery.path("keys", "a`b\\c") == "keys.`a\\`b\\\\c`")
        #expect(FirestoreQuery.path("keys", "") == "keys.``")
    }
}
