import EventLedger

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What values are made of.
extension AnswerScanner {
    /// Servers write a string; the mapping allows a number too.
    mutating func integer() throws -> Int64 {
        let isQuoted = next() == UInt8(ascii: "\"")
        if isQuoted { index += 1 }
        var end = index
        while end < input.count, input[end] == UInt8(ascii: "-") || input[end].isDecimal { end += 1 }
        guard let value = Int64(String(decoding: input[index..<end], as: UTF8.self)) else {
            throw Unreadable()
        }
        index = end
        if isQuoted { try require("\"") }
        return value
    }

    mutating func string() throws -> String {
        let range = try quoted()
        if input[range].contains(UInt8(ascii: "\\")) {
            // Left to the reader of all JSON: rare in Firestore's answers. In BigQuery's it is each event's data, and no more.
            let text = try? JSONText(Array(input[(range.lowerBound - 1)...range.upperBound])).value().stringValue
            guard let text else { throw Unreadable() }
            return text
        }
        guard let text = String(validating: input[range], as: UTF8.self) else { throw Unreadable() }
        return text
    }

    mutating func base64() throws -> [UInt8] {
        let start = index
        let range = try quoted()
        let length = range.count
        guard length % 4 == 0 else { return try slowBase64(from: start) }
        guard length > 0 else { return [] }
        let padding = input[range].suffix(2).filter { $0 == UInt8(ascii: "=") }.count
        var isValid = true
        let bytes = [UInt8](unsafeUninitializedCapacity: length / 4 * 3) { output, count in
            var position = range.lowerBound
            while position < range.upperBound {
                let isLast = position + 4 == range.upperBound
                var group: UInt32 = 0
                for offset in 0..<4 {
                    let digit = Self.base64Digits[Int(input[position + offset])]
                    let isPadding = isLast && offset >= 4 - padding
                    if digit > 63, !isPadding { isValid = false }
                    group = group << 6 | (isPadding ? 0 : UInt32(digit & 63))
                }
                output.initializeElement(at: count, to: UInt8(truncatingIfNeeded: group >> 16))
                output.initializeElement(at: count + 1, to: UInt8(truncatingIfNeeded: group >> 8))
                output.initializeElement(at: count + 2, to: UInt8(truncatingIfNeeded: group))
                count += 3
                position += 4
            }
            count -= padding
        }
        return isValid ? bytes : try slowBase64(from: start)
    }

    /// For what escapes characters.
    private mutating func slowBase64(from start: Int) throws -> [UInt8] {
        index = start
        guard let data = Data(base64Encoded: try string()) else { throw Unreadable() }
        return Array(data)
    }

    private static let base64Digits: [UInt8] = {
        var digits = [UInt8](repeating: 255, count: 256)
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        for (value, character) in alphabet.utf8.enumerated() { digits[Int(character)] = UInt8(value) }
        return digits
    }()
}

/// What JSON is made of.
extension AnswerScanner {
    mutating func members(
        _ body: (inout AnswerScanner, _ name: String) throws -> Void
    ) throws {
        try require("{")
        if skip("}") { return }
        repeat {
            let name = try string()
            try require(":")
            try body(&self, name)
        } while skip(",")
        try require("}")
    }

    mutating func elements(_ body: (inout AnswerScanner) throws -> Void) throws {
        try require("[")
        if skip("]") { return }
        repeat { try body(&self) } while skip(",")
        try require("]")
    }

    /// Passes over a value without recursion.
    mutating func skipValue() throws {
        var depth = 0
        repeat {
            guard let byte = next() else { throw Unreadable() }
            switch byte {
            case UInt8(ascii: "\""): _ = try quoted()
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                index += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                index += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                guard depth > 0 else { throw Unreadable() }
                index += 1
            default:
                let start = index
                while index < input.count, input[index].isInLiteral { index += 1 }
                guard index > start else { throw Unreadable() }
            }
            guard depth >= 0 else { throw Unreadable() }
        } while depth > 0
    }

    /// What stands between quotation marks.
    private mutating func quoted() throws -> Range<Int> {
        try require("\"")
        let start = index
        while index < input.count, input[index] != UInt8(ascii: "\"") {
            index += input[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard index < input.count else { throw Unreadable() }
        index += 1
        return start..<(index - 1)
    }

    mutating func take(_ word: StaticString) -> Bool {
        _ = next()
        let count = word.utf8CodeUnitCount
        guard index + count <= input.count else { return false }
        for offset in 0..<count where input[index + offset] != word.utf8Start[offset] { return false }
        index += count
        return true
    }

    private mutating func require(_ character: Unicode.Scalar) throws {
        guard skip(character) else { throw Unreadable() }
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard let byte = next(), UInt32(byte) == character.value else { return false }
        index += 1
        return true
    }

    /// The next byte that is no white space.
    mutating func next() -> UInt8? {
        while index < input.count {
            let byte = input[index]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
            index += 1
        }
        return nil
    }
}

extension UInt8 {
    fileprivate var isDecimal: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    /// Whether it stands in a number, `true`, `false` or `null`.
    fileprivate var isInLiteral: Bool {
        isDecimal || self == UInt8(ascii: "-") || self == UInt8(ascii: "+") || self == UInt8(ascii: ".")
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
    }
}
