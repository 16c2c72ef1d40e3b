import EventLedger

/// Values as bytes whose order is that of ``DocumentQuery``: null, bool, number, string, array, object; integers and doubles
/// by their exact numbers; strings by bytes; arrays and objects member by member, the shorter first.
///
/// Format: a tag (0x10 null, 0x20 bool, 0x30 number, 0x40 string, 0x50 array, 0x60 object), then
/// - bool: 0 or 1;
/// - number: sign (1 negative, 2 zero, 3 positive); unless zero the exponent of two as 2 bytes, biased by 0x4000, and the
///   mantissa with its leading one as 8 bytes, all of it inverted where the number is negative;
/// - string: UTF-8 with 0x00 written as 0x00 0xFF, then 0x00 0x01;
/// - array: the elements, then 0x00; object: for each field the key as a string and the value, then 0x00.
///
/// What is longer than ``longest`` is cut there. Firestore indexes 1,500 bytes and takes values that agree in them for one;
/// cut keys keep the order but for such ties, which whoever asks resolves with the documents' own values.
enum DocumentKeyBytes {
    /// The longest key in bytes. One of this length may be cut.
    static let longest = 1000

    static func encode(_ value: JSONValue) -> [UInt8] {
        var bytes = [UInt8]()
        append(value, to: &bytes)
        if bytes.count > longest { bytes.removeLast(bytes.count - longest) }
        return bytes
    }

    /// Whether there may be more of the value than its key tells.
    static func mayBeCut(_ key: [UInt8]) -> Bool { key.count >= longest }

    /// The first key of a value's kind, and the first behind them all.
    static func bounds(ofKindOf value: JSONValue) -> (first: [UInt8], end: [UInt8]) {
        let tag = tag(of: value)
        return ([tag], [tag + 1])
    }

    private static func tag(of value: JSONValue) -> UInt8 {
        switch value {
        case .null: 0x10
        case .bool: 0x20
        case .integer, .double: 0x30
        case .string: 0x40
        case .array: 0x50
        case .object: 0x60
        }
    }

    private static func append(_ value: JSONValue, to bytes: inout [UInt8]) {
        guard bytes.count <= longest else { return }
        bytes.append(tag(of: value))
        switch value {
        case .null: break
        case .bool(let value): bytes.append(value ? 1 : 0)
        case .integer(let value): append(value, to: &bytes)
        case .double(let value): append(value, to: &bytes)
        case .string(let value): append(value, to: &bytes)
        case .array(let elements):
            for element in elements { append(element, to: &bytes) }
            bytes.append(0)
        case .object(let object):
            for field in object.fields {
                append(.string(field.key), to: &bytes)
                append(field.value, to: &bytes)
            }
            bytes.append(0)
        }
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        for byte in text.utf8.prefix(longest) {
            bytes.append(byte)
            if byte == 0 { bytes.append(0xFF) }
        }
        bytes += [0x00, 0x01]
    }

    private static func append(_ value: Int64, to bytes: inout [UInt8]) {
        guard value != 0 else { return bytes.append(2) }
        let shift = value.magnitude.leadingZeroBitCount
        append(isNegative: value < 0, exponent: 63 - shift, mantissa: value.magnitude << UInt64(shift), to: &bytes)
    }

    private static func append(_ value: Double, to bytes: inout [UInt8]) {
        guard value != 0, !value.isNaN else { return bytes.append(2) }
        let isNegative = value < 0
        guard value.isFinite else {
            return append(isNegative: isNegative, exponent: 0x3FFF, mantissa: .max, to: &bytes)
        }
        // A significand is at least 1 and less than 2 and has 53 bits: the product is exact.
        let mantissa = UInt64(value.magnitude.significand * 0x1p63)
        append(isNegative: isNegative, exponent: Int(value.exponent), mantissa: mantissa, to: &bytes)
    }

    private static func append(isNegative: Bool, exponent: Int, mantissa: UInt64, to bytes: inout [UInt8]) {
        bytes.append(isNegative ? 1 : 3)
        let flip: UInt8 = isNegative ? 0xFF : 0
        let biased = UInt16(exponent + 0x4000)
        bytes += [UInt8(biased >> 8) ^ flip, UInt8(biased & 0xFF) ^ flip]
        for shift in stride(from: 56, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: mantissa >> UInt64(shift)) ^ flip)
        }
    }
}
