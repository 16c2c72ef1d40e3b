import Crypto

/// The 32 bytes of a SHA-256, as four words: making, copying and comparing them allocates nothing.
struct DigestWords: Hashable, Sendable {
    private let first, second, third, fourth: UInt64

    /// Thirty-two zero bytes.
    static let zero = DigestWords(0, 0, 0, 0)

    private init(_ first: UInt64, _ second: UInt64, _ third: UInt64, _ fourth: UInt64) {
        self.first = first
        self.second = second
        self.third = third
        self.fourth = fourth
    }

    /// Takes exactly 32 bytes; `nil` for any other number.
    init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        var values: [UInt64] = [0, 0, 0, 0]
        for (index, byte) in bytes.enumerated() { values[index / 8] = values[index / 8] << 8 | UInt64(byte) }
        self.init(values[0], values[1], values[2], values[3])
    }

    /// Copies exactly 32 bytes; `nil` for any other number. Makes no allocation.
    init?(copying bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 32 else { return nil }
        self.init(
            UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
            UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
            UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)),
            UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
        )
    }

    /// Reads 64 hexadecimal digits; `nil` for anything else.
    init?(hexadecimal text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 64, digits.allSatisfy(\.isHexDigit) else { return nil }
        self.init(
            stride(from: 0, to: 64, by: 2).map { index in
                let nibbles = digits[index...index + 1].map { $0.isDigit ? $0 - 0x30 : ($0 | 0x20) - 0x61 + 10 }
                return nibbles[0] << 4 | nibbles[1]
            }
        )
    }

    /// The SHA-256 of some bytes.
    init(hashing bytes: UnsafeRawBufferPointer) {
        var hasher = SHA256()
        hasher.update(bufferPointer: bytes)
        self = hasher.finalize().withUnsafeBytes { DigestWords(copying: $0) } ?? .zero
    }

    /// Gives the 32 bytes to a closure without an allocation.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        var bigEndian = (first.bigEndian, second.bigEndian, third.bigEndian, fourth.bigEndian)
        return try withUnsafeBytes(of: &bigEndian, body)
    }

    /// The bytes as 64 lowercase hexadecimal digits.
    var hexadecimal: String { Hexadecimal.text(withBytes { Array($0) }) }
}
