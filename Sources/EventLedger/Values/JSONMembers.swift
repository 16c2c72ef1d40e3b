/// Finds the members of a JSON object without reading into them, so that a value can be taken byte for byte.
///
/// It is not recursive, and checks no more than where members begin and end: each value still has to be read as
/// ``JSONText``.
package struct JSONMembers {
    /// A name and where its value stands.
    package typealias Member = (name: String, value: Range<Int>)

    private let input: [UInt8]
    private var index = 0

    /// The members in order, names that occur twice included.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/invalidValue``.
    /// - Complexity: O(size).
    package static func find(in bytes: [UInt8]) throws -> [Member] {
        var scanner = JSONMembers(input: bytes)
        return try scanner.run()
    }

    private init(input: [UInt8]) { self.input = input }

    private mutating func run() throws -> [Member] {
        var members: [Member] = []
        skipWhiteSpace()
        guard take(UInt8(ascii: "{")) else { throw failure("is no object") }
        skipWhiteSpace()
        if !take(UInt8(ascii: "}")) {
            repeat {
                skipWhiteSpace()
                let name = try readName()
                skipWhiteSpace()
                guard take(UInt8(ascii: ":")) else { throw failure("needs a colon") }
                skipWhiteSpace()
                let start = index
                try skipValue()
                members.append((name, start..<index))
                skipWhiteSpace()
            } while take(UInt8(ascii: ","))
            guard take(UInt8(ascii: "}")) else { throw failure("needs a comma or the end of the object") }
        }
        skipWhiteSpace()
        guard index == input.count else { throw failure("has something after the object") }
        return members
    }

    private mutating func readName() throws -> String {
        let start = index
        guard index < input.count, input[index] == UInt8(ascii: "\"") else { throw failure("needs a name") }
        try skipString()
        guard case .string(let name) = try JSONText(Array(input[start..<index])).value() else {
            throw failure("needs a name")
        }
        return name
    }

    private mutating func skipValue() throws {
        let start = index
        var depth = 0
        while index < input.count {
            switch input[index] {
            case UInt8(ascii: "\""):
                try skipString()
                if depth == 0 { return }
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                index += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return try checkValue(from: start) }
                depth -= 1
                index += 1
                if depth == 0 { return }
            case UInt8(ascii: ","), 0x20, 0x09, 0x0A, 0x0D:
                if depth == 0 { return try checkValue(from: start) }
                index += 1
            default: index += 1
            }
        }
        guard depth == 0 else { throw failure("ends too early") }
        try checkValue(from: start)
    }

    private func checkValue(from start: Int) throws {
        guard index > start else { throw failure("needs a value") }
    }

    private mutating func skipString() throws {
        index += 1
        while index < input.count {
            let byte = input[index]
            index += byte == UInt8(ascii: "\\") ? 2 : 1
            if byte == UInt8(ascii: "\"") { return }
        }
        throw failure("ends within a string")
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard index < input.count, input[index] == byte else { return false }
        index += 1
        return true
    }

    private mutating func skipWhiteSpace() {
        while index < input.count, [0x20, 0x09, 0x0A, 0x0D].contains(input[index]) { index += 1 }
    }

    private func failure(_ what: String) -> LedgerError {
        LedgerError(
            .invalidValue, "The JSON \(what), at byte \(index). Correct it and try again.",
            details: ["offset": "\(index)"]
        )
    }
}
