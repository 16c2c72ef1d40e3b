import EventLedger
import EventLedgerTesting

/// Makes bytes that are almost right.
enum Mutation {
    private static let inserts = [
        "{", "}", "[", "]", "\"", "\\", ",", ":", "null", "true", "-1", "0", "9223372036854775807",
        "-9223372036854775808",
        "9223372036854775808", "1e400", "1.5", "\"\"", "{}", "[]", "\\ud800", "\u{0}", "=", "%", "{\"a\":",
    ].map { Array($0.utf8) }

    /// Some bytes, changed in one to four places.
    static func mutate(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let start = Int.random(in: 0...bytes.count, using: &generator)
            let end = min(bytes.count, start + Int.random(in: 0...12, using: &generator))
            switch Int.random(in: 0..<7, using: &generator) {
            case 0: if start < bytes.count { bytes[start] = UInt8.random(in: 0...255, using: &generator) }
            case 1: bytes.removeSubrange(start..<end)
            case 2: bytes.insert(contentsOf: bytes[start..<end], at: start)
            case 3: bytes.insert(contentsOf: inserts[Int.random(in: 0..<inserts.count, using: &generator)], at: start)
            case 4: bytes.removeSubrange(start...)
            default: replaceValue(in: &bytes, from: start, &generator)
            }
        }
        return bytes
    }

    /// Puts something else in the place of a number or a text, so that what stands around it remains JSON.
    private static func replaceValue(in bytes: inout [UInt8], from start: Int, _ generator: inout SeededGenerator) {
        let isPart: (UInt8) -> Bool = { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "}") }
        guard let colon = bytes[start...].firstIndex(of: UInt8(ascii: ":")) else { return }
        var first = colon + 1
        while first < bytes.count, !isPart(bytes[first]) { first += 1 }
        let last = bytes[first...].firstIndex { !isPart($0) } ?? bytes.count
        bytes.replaceSubrange(first..<last, with: inserts[Int.random(in: 8..<17, using: &generator)])
    }
}
