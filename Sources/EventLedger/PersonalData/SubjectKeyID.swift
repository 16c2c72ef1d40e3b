/// Tells one key of a subject from another, in 8 bytes that are derived from the key one way. It is no secret: it
/// stands in the data of every event that was encrypted with the key.
public struct SubjectKeyID: Hashable, Sendable, CustomStringConvertible {
    /// How many bytes an id has: 8.
    public static let byteCount = 8

    /// The bytes.
    public let bytes: [UInt8]

    /// Takes the bytes of an id; key stores do.
    ///
    /// - Parameter bytes: Exactly ``byteCount`` bytes, from ``SubjectKey/id``.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/invalidValue``.
    public init(bytes: [UInt8]) throws {
        guard bytes.count == Self.byteCount else {
            throw LedgerError(
                .invalidValue, "The id of a subject's key has \(bytes.count) bytes; it must have \(Self.byteCount).",
                details: ["limit": "\(Self.byteCount)", "value": "\(bytes.count)"]
            )
        }
        self.bytes = bytes
    }

    init(derived bytes: [UInt8]) { self.bytes = bytes }

    /// The bytes in hexadecimal.
    public var description: String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
