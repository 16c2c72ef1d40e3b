import EventLedger
import EventLedgerTesting

@testable import EventLedgerGCP

/// Values of all kinds.
enum RandomFirestoreValue {
    static func value(depth: Int, _ generator: inout SeededGenerator) -> FirestoreValue {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &generator) {
        case 0: .null
        case 1: .boolean(.random(using: &generator))
        case 2: .integer(.random(in: .min ... .max, using: &generator))
        case 3: .string(text(&generator))
        case 4:
            .bytes(
                (0..<Int.random(in: 0...40, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator)
                })
        case 5:
            .timestamp(
                .random(
                    in: Timestamp.distantPast.microseconds...Timestamp.distantFuture.microseconds, using: &generator))
        case 6:
            .array((0..<Int.random(in: 0...3, using: &generator)).map { _ in value(depth: depth - 1, &generator) })
        default:
            .map(
                Dictionary(
                    (0..<Int.random(in: 0...3, using: &generator)).map { index in
                        ("\(index)-\(text(&generator))", value(depth: depth - 1, &generator))
                    }, uniquingKeysWith: { one, _ in one }))
        }
    }

    private static func text(_ generator: inout SeededGenerator) -> String {
        let parts = ["a", "\"", "\\", "\u{0}", "\n", "\u{E9}", "e\u{301}", "\u{1F600}", "\u{2028}", "/", "`"]
        return (0..<Int.random(in: 0...6, using: &generator))
            .map { _ in parts[Int.random(in: 0..<parts.count, using: &generator)] }.joined()
    }
}
