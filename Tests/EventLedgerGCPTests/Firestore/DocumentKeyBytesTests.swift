import EventLedger
import EventLedgerTesting
import TestSupport
import Testing

@testable import EventLedgerGCP

@Suite("Keys of declared fields") struct DocumentKeyBytesTests {
    @Test("The order of the bytes is the order of queries") func randomPairs() throws {
        for seed in try TestRun.seeds(20, thorough: 1000) {
            var generator = SeededGenerator(seed: seed)
            for _ in 0..<500 {
                let one = Self.value(depth: 2, &generator)
                let other = Bool.random(using: &generator) ? Self.neighbour(of: one) : Self.value(depth: 2, &generator)
                expectSameOrder(one, other, TestRun.hint(seed))
            }
        }
    }

    @Test("All pairs of numbers at the edges are ordered exactly") func numbers() {
        var numbers: [JSONValue] = [
            .integer(.min), .integer(.min + 1), .integer(.max), .integer(.max - 1), .double(0x1p63), .double(-0x1p63),
            .double(-0.0), 0, 0.0, .double(.leastNonzeroMagnitude), .double(-.leastNonzeroMagnitude),
            .double(.greatestFiniteMagnitude), .double(-.greatestFiniteMagnitude), .double(.leastNormalMagnitude),
            0.1, -0.1, 1, 1.0, 1.5, -1, -1.5, 2, 255, 256, 257, -255, -256, -257,
        ]
        for power in 50...62 {
            for offset in -2...2 {
                let integer = Int64(1) << Int64(power) + Int64(offset)
                numbers += [.integer(integer), .double(Double(integer)), .integer(-integer), .double(-Double(integer))]
            }
        }
        for one in numbers { for other in numbers { expectSameOrder(one, other, "an edge") } }
    }

    @Test("Strings, arrays and objects that begin alike are ordered by what follows") func prefixes() {
        let values: [JSONValue] = [
            "", "\u{0}", "\u{0}\u{0}", "\u{0}\u{1}", "a", "a\u{0}", "a\u{1}", "ab", "\u{FF}", "\u{FFFD}", "\u{1F600}",
            [],
            [[]], [[], []], [nil], [nil, nil], ["a"], ["a", "b"], ["ab"], [1, [2]], [1, [2, 3]], [:], ["": nil],
            ["a": 1], ["a": 1, "b": 2], ["a": [:]], ["a\u{0}": 1], ["b": 0], true, false, nil,
        ]
        for one in values { for other in values { expectSameOrder(one, other, "a prefix") } }
    }

    @Test("What is cut keeps the order but for ties") func cutKeys() throws {
        let long = String(repeating: "x", count: 2000)
        let key = DocumentKeyBytes.encode(.string(long))
        #expect(key.count == DocumentKeyBytes.longest)
        #expect(DocumentKeyBytes.mayBeCut(key))
        #expect(key == DocumentKeyBytes.encode(.string(long + "y")))
        #expect(key.lexicographicallyPrecedes(DocumentKeyBytes.encode("y")))
        #expect(!DocumentKeyBytes.mayBeCut(DocumentKeyBytes.encode(.string(String(repeating: "x", count: 990)))))
    }

    private func expectSameOrder(
        _ one: JSONValue, _ other: JSONValue, _ hint: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let first = DocumentKeyBytes.encode(one), second = DocumentKeyBytes.encode(other)
        let found = first == second ? 0 : first.lexicographicallyPrecedes(second) ? -1 : 1
        let expected = one.compare(other).signum()
        #expect(found == expected, "\(one) and \(other): \(hint)", sourceLocation: sourceLocation)
    }

    /// A value that is nearly the same.
    private static func neighbour(of value: JSONValue) -> JSONValue {
        switch value {
        case .integer(let number): .double(Double(number))
        case .double(let number): .double(number.nextUp)
        case .string(let text): .string(text + "\u{0}")
        case .array(let elements): .array(elements + [nil])
        case .object(let object): .object(JSONObject(object.fields.map { ($0.key, $0.value) } + [("~", nil)]))
        default: value
        }
    }

    private static func value(depth: Int, _ generator: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &generator) {
        case 0: return nil
        case 1: return .bool(.random(using: &generator))
        case 2: return .integer(.random(in: -3...3, using: &generator))
        case 3: return .integer(.random(in: .min ... .max, using: &generator))
        case 4:
            let bits = Double(bitPattern: .random(in: .min ... .max, using: &generator))
            return .double(bits.isFinite ? bits : 0.5)
        case 5: return .string(text(&generator))
        case 6:
            return .array(
                (0..<Int.random(in: 0...3, using: &generator)).map { _ in value(depth: depth - 1, &generator) })
        default:
            let fields = (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                (text(&generator), value(depth: depth - 1, &generator))
            }
            return .object(JSONObject(fields))
        }
    }

    private static func text(_ generator: inout SeededGenerator) -> String {
        let parts = ["a", "b", "\u{0}", "\u{1}", "\u{E9}", "e\u{301}", "\u{1F600}", "\u{FFFD}"]
        return (0..<Int.random(in: 0...4, using: &generator))
            .map { _ in parts[Int.random(in: 0..<parts.count, using: &generator)] }.joined()
    }
}
