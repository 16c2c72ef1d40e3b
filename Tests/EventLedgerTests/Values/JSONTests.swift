import EventLedger
import EventLedgerTesting
import TestSupport
import Testing

@Suite struct JSONTests {
    @Test(arguments: [
        (" { \"a\" : [ 1 , 2 ] } ", "{\"a\":[1,2]}"),
        ("1.0", "1.0"),
        ("9007199254740993", "9007199254740993"),
        ("\"\\u00e9\"", "\"\\u00e9\""),
        ("{\"a\":1,\n\"a\":2}", "{\"a\":1,\"a\":2}"),
        ("\" a  b \"", "\" a  b \""),
        ("\t-0.5e+10\r\n", "-0.5e+10"),
        ("[]", "[]"), ("{}", "{}"), ("null", "null"), ("true", "true"), ("false", "false"),
        ("\"\\\\\\\"\\/\"", "\"\\\\\\\"\\/\""),
    ])
    func compacts(text: String, compact: String) throws {
        #expect(try JSONText(text).text == compact)
    }

    @Test(arguments: [
        "", " ", "{", "}", "[1,]", "[1 2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "01", "1.", ".5", "+1", "1e",
        "--1",
        "nul", "truex", "\"", "\"\\x\"", "\"\\u12g4\"", "\"\u{01}\"", "1 2", "[1]]", "NaN", "'a'",
    ])
    func refuses(text: String) {
        let error = #expect(throws: LedgerError.self) { try JSONText(text) }
        #expect(error?.code == .invalidValue)
    }

    @Test func refusesBytesThatAreNoText() {
        let quote = UInt8(ascii: "\"")
        for bytes: [UInt8] in [[quote, 0xFF, quote], [quote, 0xC0, 0x80, quote], [quote, 0xED, 0xA0, 0x80, quote]] {
            #expect(throws: LedgerError.self) { try JSONText(bytes) }
        }
    }

    @Test func limitsNesting() throws {
        let deepest = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
        #expect(try JSONText(deepest).text == deepest)
        let error = #expect(throws: LedgerError.self) { try JSONText("[\(deepest)]") }
        #expect(error?.code == .limitExceeded)
    }

    private static let canonicalForms: [(String, String?)] = [
        ("{\"b\":1,\"a\":2}", "{\"a\":2,\"b\":1}"),
        ("1.0", "1.0"), ("10e-1", "1.0"), ("1", "1"), ("-0.0", "-0.0"), ("1e400000000", nil),
        ("9223372036854775807", "9223372036854775807"),
        ("\"\\u00e9\\/\"", "\"é/\""), ("\"\\ud83d\\ude00\"", "\"😀\""), ("\"\\ud83d\"", nil),
        ("\"\\u0001\\n\"", "\"\\u0001\\n\""), ("{\"a\":1,\"a\":2}", nil),
    ]

    @Test(arguments: canonicalForms)
    func hasACanonicalForm(text: String, canonical: String?) throws {
        let json = try JSONText(text)
        #expect((try? json.value())?.description == canonical)
    }

    @Test func canonicalFormReadsBackEqual() throws {
        var values = SeededGenerator(seed: try TestRun.seed())
        for _ in 0..<500 {
            let value = Self.value(depth: 4, &values)
            let text = JSONText(value)
            #expect(try text.value() == value, "\(TestRun.hint)")
            #expect(try JSONText(text.bytes) == text, "\(TestRun.hint)")
        }
    }

    private static func value(depth: Int, _ values: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &values) {
        case 0: return .null
        case 1: return .bool(.random(using: &values))
        case 2: return .integer(.random(in: .min ... .max, using: &values))
        case 3:
            let double = Double(bitPattern: .random(in: .min ... .max, using: &values))
            return .double(double.isFinite ? double : 0.5)
        case 4: return .string(text(&values))
        case 5: return .array((0..<Int.random(in: 0...3, using: &values)).map { _ in value(depth: depth - 1, &values) })
        default:
            return .object(
                JSONObject(
                    (0..<Int.random(in: 0...3, using: &values)).map { _ in
                        (text(&values), value(depth: depth - 1, &values))
                    }
                )
            )
        }
    }

    private static func text(_ values: inout SeededGenerator) -> String {
        let letters = ["a", "é", "e\u{301}", "\"", "\\", "\n", "\u{01}", "😀", "/", "\u{FFFF}"]
        return (0..<Int.random(in: 0...5, using: &values)).map { _ in letters.randomElement(using: &values) ?? "" }
            .joined()
    }

    @Test func kindsAreKeptApart() {
        #expect(JSONValue.bool(true) != .integer(1))
        #expect(JSONValue.integer(1) != .double(1))
        #expect(JSONValue.string("é") != .string("e\u{301}"))
        #expect(JSONValue.null != .bool(false))
    }

    @Test func objectKeysAreBytes() {
        var object: JSONObject = ["é": 1, "e\u{301}": 2, "b": 3, "b": 4]
        #expect(object.count == 3)
        #expect(object["é"] == 1)
        #expect(object["e\u{301}"] == 2)
        #expect(object["b"] == 4)
        #expect(object.fields.map(\.value) == [4, 2, 1])
        object["e\u{301}"] = nil
        object["a"] = 0
        #expect(object.description == "{\"a\":0,\"b\":4,\"é\":1}")
        #expect(object["missing"].map(\.description) == nil)
    }

    @Test func depthCountsLevels() {
        #expect(JSONValue.integer(1).depth == 0)
        #expect(JSONValue.array([]).depth == 1)
        #expect((["a": [["b": 1]]] as JSONObject).depth == 3)
    }
}
