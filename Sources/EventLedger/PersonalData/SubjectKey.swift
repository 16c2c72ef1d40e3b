import Crypto

/// The secret with which the data of one subject are encrypted: 32 random bytes. Neither a description nor a mirror
/// shows it.
public struct SubjectKey: Sendable {
    /// How many bytes a key has: 32.
    public static let byteCount = 32

    private let secret: Hidden<SymmetricKey>

    /// A new random key.
    public static func random() -> SubjectKey { SubjectKey(SymmetricKey(size: .bits256)) }

    private init(_ key: SymmetricKey) { secret = Hidden(key) }

    /// Takes the bytes of a key; key stores do.
    ///
    /// - Parameter bytes: Exactly ``byteCount`` bytes.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/invalidValue``.
    public init(bytes: [UInt8]) throws {
        guard bytes.count == Self.byteCount else {
            throw LedgerError(
                .invalidValue, "A subject's key has \(bytes.count) bytes; it must have \(Self.byteCount).",
                details: ["limit": "\(Self.byteCount)", "value": "\(bytes.count)"]
            )
        }
        self.init(SymmetricKey(data: bytes))
    }

    /// The bytes; key stores keep them, and nobody else should.
    public var bytes: [UInt8] { secret.value.withUnsafeBytes { [UInt8]($0) } }

    var symmetric: SymmetricKey { secret.value }
}

extension SubjectKey: Equatable {
    /// Whether both are the same key; the time it takes does not tell where they differ.
    public static func == (lhs: SubjectKey, rhs: SubjectKey) -> Bool { lhs.symmetric == rhs.symmetric }
}
