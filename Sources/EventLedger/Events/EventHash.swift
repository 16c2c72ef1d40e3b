/// The SHA-256 of an event's canonical encoding together with the hash of the event before it in its stream.
///
/// Whoever knows the last hash of a stream can tell whether any event of it was changed. The encoding is specified, with
/// test vectors, in `Documentation/hash-encoding.md`.
public struct EventHash: Hashable, Sendable {
    private let words: DigestWords

    /// Thirty-two zero bytes: what the first event of a stream is chained to.
    public static let zero = EventHash(words: .zero)

    private init(words: DigestWords) { self.words = words }

    /// Takes exactly 32 bytes; `nil` for any other number.
    public init?(_ bytes: some Collection<UInt8>) {
        guard let words = DigestWords(bytes) else { return nil }
        self.words = words
    }

    /// Copies exactly 32 bytes; `nil` for any other number. Makes no allocation.
    package init?(copying bytes: UnsafeRawBufferPointer) {
        guard let words = DigestWords(copying: bytes) else { return nil }
        self.words = words
    }

    /// Gives the 32 bytes to a closure without an allocation.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try words.withBytes(body)
    }

    /// The 32 bytes.
    public var bytes: [UInt8] { withBytes { Array($0) } }
}

extension EventHash: LosslessStringConvertible {
    /// Reads 64 hexadecimal digits.
    public init?(_ text: String) {
        guard let words = DigestWords(hexadecimal: text) else { return nil }
        self.words = words
    }

    /// The hash as 64 lowercase hexadecimal digits.
    public var description: String { words.hexadecimal }
}
