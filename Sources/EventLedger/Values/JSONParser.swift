/// Parses compact, valid JSON (what ``JSONText`` holds) into ``JSONValue``.
///
/// Foundation's parser cannot say whether a number was written `1` or `1.0`, and takes canonically equivalent keys for
/// one; the ledger needs both kept apart.
struct JSONParser {
    private let input: UnsafeBufferPointer<UInt8>
    private var index = 0

    static func parse(_ bytes: [UInt8]) throws -> JSONValue {
        try bytes.withUnsafeBufferPointer { buffer in
            var parser = JSONParser(input: buffer)
            let value = try parser.value(depth: 0)
            guard parser.index == buffer.count else { throw parser.failure("has something after the value") }
            return value
        }
    }

    private init(input: UnsafeBufferPointer<UInt8>) { self.input = input }

    private mutating func value(depth: Int) throws -> JSONValue {
        guard depth <= LedgerLimits.jsonDepth else { throw failure("is nested too deep") }
        guard index < input.count else { throw failure("ends too early") }
        switch input[index] {
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "["): return .array(try array(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws -> JSONObject {
        index += 1
        var pairs: [(String, JSONValue)] = []
        if skip("}") { return JSONObject() }
        while true {
            guard index < input.count, input[index] == UInt8(ascii: "\"") else { throw failure("needs a key") }
            let key = try string()
            guard skip(":") else { throw failure("needs a colon") }
            pairs.append((key, try value(depth: depth + 1)))
            if skip("}") { break }
            guard skip(",") else { throw failure("needs a comma") }
        }
        let object = JSONObject(pairs)
        guard object.count == pairs.count else { throw failure("has a key twice") }
        return object
    }

    private mutating func array(depth: Int) throws -> [JSONValue] {
        index += 1
        var elements: [JSONValue] = []
        if skip("]") { return elements }
        while true {
            elements.append(try value(depth: depth + 1))
            if skip("]") { return elements }
            guard skip(",") else { throw failure("needs a comma") }
        }
    }

    private mutating func string() throws -> String {
        index += 1
        let start = index
        while index < input.count, input[index] != UInt8(ascii: "\""), input[index] != UInt8(ascii: "\\") { index += 1 }
        var bytes = Array(input[start..<index])
        while index < input.count {
            let byte = input[index]
            index += 1
            if byte == UInt8(ascii: "\"") {
                guard let text = String(validating: bytes, as: UTF8.self) else { throw failure("is not valid UTF-8") }
                return text
            }
            if byte == UInt8(ascii: "\\") { try escape(into: &bytes) } else { bytes.append(byte) }
        }
        throw failure("ends within a string")
    }

    private mutating func escape(into bytes: inout [UInt8]) throws {
        guard index < input.count else { throw failure("ends within a string") }
        let byte = input[index]
        index += 1
        switch byte {
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "f"): bytes.append(0x0C)
        case UInt8(ascii: "n"): bytes.append(0x0A)
        case UInt8(ascii: "r"): bytes.append(0x0D)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "u"):
            var scalar = try hexadecimal()
            if (0xD800..<0xDC00).contains(scalar), index + 1 < input.count, input[index] == UInt8(ascii: "\\"),
                input[index + 1] == UInt8(ascii: "u")
            {
                index += 2
                let low = try hexadecimal()
                guard (0xDC00..<0xE000).contains(low) else { throw failure("has half a surrogate pair") }
                scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let unicode = Unicode.Scalar(scalar) else { throw failure("has half a surrogate pair") }
            bytes.append(contentsOf: UTF8.encode(unicode).map(Array.init) ?? [])
        default: bytes.append(byte)
        }
    }

    private mutating func hexadecimal() throws -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard index < input.count, input[index].isHexDigit else { throw failure("has a bad escape") }
            let byte = input[index]
            value = value << 4 + UInt32(byte.isDigit ? byte - 0x30 : (byte | 0x20) - 0x61 + 10)
            index += 1
        }
        return value
    }

    private mutating func number() throws -> JSONValue {
        let start = index
        var isInteger = true
        while index < input.count {
            let byte = input[index]
            if byte.isDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") {
                index += 1
            } else if byte == UInt8(ascii: ".") || byte | 0x20 == UInt8(ascii: "e") {
                isInteger = false
                index += 1
            } else {
                break
            }
        }
        let text = String(decoding: input[start..<index], as: UTF8.self)
        // An integer beyond Int64 can only be kept as the nearest double.
        if isInteger, let integer = Int64(text) { return .integer(integer) }
        guard let double = Double(text), double.isFinite else { throw failure("has a number out of range") }
        return .double(double)
    }

    private mutating func literal(_ word: StaticString, _ value: JSONValue) throws -> JSONValue {
        for offset in 0..<word.utf8CodeUnitCount {
            guard index < input.count, input[index] == word.utf8Start[offset] else { throw failure("needs a value") }
            index += 1
        }
        return value
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard index < input.count, UInt32(input[index]) == character.value else { return false }
        index += 1
        return true
    }

    private func failure(_ what: String) -> LedgerError {
        LedgerError(
            .invalidValue,
            "The JSON \(what), at byte \(index). Correct it and try again.",
            details: ["offset": "\(index)"]
        )
    }
}
