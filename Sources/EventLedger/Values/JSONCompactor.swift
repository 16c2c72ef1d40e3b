/// Checks JSON (RFC 8259) and removes insignificant white space, in one pass and without recursion.
struct JSONCompactor {
    private let input: UnsafeBufferPointer<UInt8>
    private var index = 0
    /// What is kept of the input before `keptFrom`; the rest is kept as it stands, so that compact JSON is not copied.
    private var output: [UInt8] = []
    private var keptFrom = 0
    private var nesting: [UInt8] = []
    /// All bytes of strings, joined by or: below 0x80 there is nothing to check.
    private var joinedBytes: UInt8 = 0

    static func compact(_ bytes: [UInt8]) throws -> [UInt8] {
        let compacted: [UInt8]? = try bytes.withUnsafeBufferPointer { buffer in
            var compactor = JSONCompactor(input: buffer)
            try compactor.run()
            // UTF-8 is checked by the standard library, which knows overlong forms and surrogates.
            guard compactor.joinedBytes < 0x80 || String(validating: buffer, as: UTF8.self) != nil else {
                throw LedgerError(.invalidValue, "The JSON is not valid UTF-8. Encode the text as UTF-8.")
            }
            guard compactor.keptFrom > 0 else { return nil }
            compactor.keep(through: buffer.count)
            return compactor.output
        }
        return compacted ?? bytes
    }

    private init(input: UnsafeBufferPointer<UInt8>) { self.input = input }

    private enum Need { case value, valueOrEnd, keyOrEnd, key, separator }

    private mutating func run() throws {
        var need = Need.value
        while true {
            skipWhiteSpace()
            guard index < input.count else {
                guard nesting.isEmpty, need == .separator else { throw failure("ends too early") }
                return
            }
            let byte = input[index]
            switch need {
            case .value, .valueOrEnd:
                if need == .valueOrEnd, byte == UInt8(ascii: "]") {
                    close()
                    need = .separator
                } else {
                    need = try value(startingWith: byte)
                }
            case .keyOrEnd, .key:
                if need == .keyOrEnd, byte == UInt8(ascii: "}") {
                    close()
                    need = .separator
                    continue
                }
                guard byte == UInt8(ascii: "\"") else { throw failure("needs a key") }
                try string()
                skipWhiteSpace()
                guard index < input.count, input[index] == UInt8(ascii: ":") else { throw failure("needs a colon") }
                advance()
                need = .value
            case .separator:
                switch (byte, nesting.last) {
                case (UInt8(ascii: ","), UInt8(ascii: "{")?):
                    advance()
                    need = .key
                case (UInt8(ascii: ","), UInt8(ascii: "[")?):
                    advance()
                    need = .value
                case (UInt8(ascii: "}"), UInt8(ascii: "{")?), (UInt8(ascii: "]"), UInt8(ascii: "[")?): close()
                default: throw failure("has something after the value")
                }
            }
        }
    }

    private mutating func value(startingWith byte: UInt8) throws -> Need {
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard nesting.count < LedgerLimits.jsonDepth else {
                throw LedgerError(
                    .limitExceeded,
                    "The JSON is nested more than \(LedgerLimits.jsonDepth) levels deep. Flatten it.",
                    details: ["limit": "\(LedgerLimits.jsonDepth)", "value": "\(nesting.count + 1)"]
                )
            }
            nesting.append(byte)
            advance()
            return byte == UInt8(ascii: "{") ? .keyOrEnd : .valueOrEnd
        case UInt8(ascii: "\""): try string()
        case UInt8(ascii: "t"): try literal("true")
        case UInt8(ascii: "f"): try literal("false")
        case UInt8(ascii: "n"): try literal("null")
        default: try number()
        }
        return .separator
    }

    private mutating func string() throws {
        advance()
        while index < input.count {
            let byte = input[index]
            joinedBytes |= byte
            switch byte {
            case UInt8(ascii: "\""):
                advance()
                return
            case UInt8(ascii: "\\"):
                advance()
                guard index < input.count else { throw failure("ends within a string") }
                switch input[index] {
                case UInt8(ascii: "u"):
                    advance()
                    for _ in 0..<4 {
                        guard index < input.count, input[index].isHexDigit else { throw failure("has a bad escape") }
                        advance()
                    }
                case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
                    UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
                    advance()
                default: throw failure("has a bad escape")
                }
            case 0..<0x20: throw failure("has a control character within a string")
            default: advance()
            }
        }
        throw failure("ends within a string")
    }

    private mutating func number() throws {
        if index < input.count, input[index] == UInt8(ascii: "-") { advance() }
        guard index < input.count, input[index].isDigit else { throw failure("needs a value") }
        if input[index] == UInt8(ascii: "0") { advance() } else { digits() }
        if index < input.count, input[index] == UInt8(ascii: ".") {
            advance()
            guard index < input.count, input[index].isDigit else { throw failure("has a bad number") }
            digits()
        }
        if index < input.count, input[index] | 0x20 == UInt8(ascii: "e") {
            advance()
            if index < input.count, input[index] == UInt8(ascii: "+") || input[index] == UInt8(ascii: "-") { advance() }
            guard index < input.count, input[index].isDigit else { throw failure("has a bad number") }
            digits()
        }
    }

    private mutating func digits() {
        while index < input.count, input[index].isDigit { advance() }
    }

    private mutating func literal(_ word: StaticString) throws {
        for offset in 0..<word.utf8CodeUnitCount {
            guard index < input.count, input[index] == word.utf8Start[offset] else { throw failure("needs a value") }
            advance()
        }
    }

    private mutating func close() {
        nesting.removeLast()
        advance()
    }

    private mutating func advance() { index += 1 }

    private mutating func skipWhiteSpace() {
        guard index < input.count, input[index].isJSONWhiteSpace else { return }
        keep(through: index)
        while index < input.count, input[index].isJSONWhiteSpace { index += 1 }
        keptFrom = index
    }

    private mutating func keep(through end: Int) {
        if output.isEmpty { output.reserveCapacity(input.count) }
        output.append(contentsOf: input[keptFrom..<end])
    }

    private func failure(_ what: String) -> LedgerError {
        LedgerError(
            .invalidValue,
            "The JSON \(what), at byte \(index). Correct it and try again.",
            details: ["offset": "\(index)"]
        )
    }
}

extension UInt8 {
    var isJSONWhiteSpace: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }
    var isDigit: Bool { (0x30...0x39).contains(self) }
    var isHexDigit: Bool { isDigit || (0x61...0x66).contains(self | 0x20) }
}
