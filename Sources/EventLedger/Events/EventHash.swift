/// The SHA-256 of an event's canonical encoding together with the hash of the event before it in its stream.
///
/// Whoever knows the last hash of a stream can tell whether any event of it was changed. The encoding is specified, with
/// test vectors, in `Documentation/hash-encoding.md`.
public struct EventHash: Hashable, Sendable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// Thirty-two zero bytes: what the first event of a stream is chained to.
    public static let zero = EventHash(words: (0, 0, 0, 0))

    private init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

    /// Takes exactly 32 bytes; `nil` for any other number.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        var values: [UInt64] = [0, 0, 0, 0]
        for (index, byte) in bytes.enumerated() { values[index / 8] = values[index / 8] << 8 | UInt64(byte) }
        words = (values[0], values[1], values[2], values[3])
    }

    /// Copies exactly 32 bytes; `nil` for any other number. Makes no allocation.
    package init?(copying bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 32 else { return nil }
        words = (
            UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
            UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
            UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)),
            UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
        )
    }

    /// Gives the 32 bytes to a closure without an allocation.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        var bigEndian = (words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)
        return try withUnsafeBytes(of: &bigEndian, body)
    }

    /// The 32 bytes.
    public var bytes: [UInt8] { withBytes { Array($0) } }

    public static func == (lhs: EventHash, rhs: EventHash) -> Bool { lhs.words == rhs.words }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}

extension EventHash: LosslessStringConvertible {
    /// Reads 64 hexadecimal digits.
    public init?(_ text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 64, digits.allSatisfy(\.isHexDigit) else { return nil }
        self.init(
            stride(from: 0, to: 64, by: 2).map { index in
                let nibbles = digits[index...index + 1].map { $0.isDigit ? $0 - 0x30 : ($0 | 0x20) - 0x61 + 10 }
                return nibbles[0] << 4 | nibbles[1]
            }
        )
    }

    /// The hash as 64 lowercase hexadecimal digits.
    public var description: String {
        Hexadecimal.text(bytes)
    }
}
