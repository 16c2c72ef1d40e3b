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

    /// Which key it is: what encrypted data say about their key, and what is kept of a key that was forgotten.
    ///
    /// - Complexity: O(1), four SHA-256.
    public var id: SubjectKeyID {
        SubjectKeyID(
            derived: derive("EVPD1 key id", byteCount: SubjectKeyID.byteCount).withUnsafeBytes { [UInt8]($0) }
        )
    }

    /// A key for one purpose, from which neither this key nor one for another purpose can be computed: HKDF-SHA256,
    /// RFC 5869.
    func derive(_ purpose: String, byteCount: Int) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(inputKeyMaterial: symmetric, info: Array(purpose.utf8), outputByteCount: byteCount)
    }
}

extension SubjectKey: Equatable {
    /// Whether both are the same key; the time it takes does not tell where they differ.
    public static func == (lhs: SubjectKey, rhs: SubjectKey) -> Bool { lhs.symmetric == rhs.symmetric }
}
