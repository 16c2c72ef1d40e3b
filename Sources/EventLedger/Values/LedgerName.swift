/// A name in the ledger: of a stream, a type, a tag, a collection, a queue.
///
/// Names are 1 to 256 bytes of UTF-8 without control characters. Identity, order and hash are those of the bytes, so that
/// every backend agrees: the composed and the decomposed `é` are two names, although Swift's `String` calls them equal.
///
/// A name may be written as a string literal, and making one never fails. It is checked with ``validate()`` before any
/// input or output is done with it.
public protocol LedgerName: Hashable, Comparable, Codable, Sendable, ExpressibleByStringInterpolation,
    CustomStringConvertible, LosslessStringConvertible
{
    /// What the name names, for error messages: "stream name", "tag".
    static var noun: String { get }

    /// The text of the name.
    var rawValue: String { get }

    /// Makes a name of any text; it is checked later, with ``validate()``.
    init(_ rawValue: String)
}

extension LedgerName {
    public init(stringLiteral value: String) { self.init(value) }

    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    public var description: String { rawValue }

    public static func == (lhs: Self, rhs: Self) -> Bool { lhs.rawValue.isByteEqual(to: rhs.rawValue) }

    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue.isByteLess(than: rhs.rawValue) }

    public func hash(into hasher: inout Hasher) { rawValue.hashBytes(into: &hasher) }

    /// The noun at the beginning of a sentence.
    private static var subject: String {
        let startsWithVowel = noun.first.map { "aeiou".contains($0) } ?? false
        return "\(startsWithVowel ? "An" : "A") \(noun)"
    }

    /// Checks length and characters.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/invalidName``, which names what kind of name it is and why it is
    ///   refused.
    public func validate() throws { try Self.validate(rawValue) }

    static func validate(_ rawValue: String) throws {
        let count = rawValue.utf8.count
        guard count > 0 else {
            throw LedgerError(.invalidName, "\(subject) is empty. Give it 1 to \(LedgerLimits.nameBytes) bytes.")
        }
        guard count <= LedgerLimits.nameBytes else {
            throw LedgerError(
                .invalidName,
                "\(subject) has \(count) bytes; at most \(LedgerLimits.nameBytes) are allowed. Shorten it.",
                details: ["limit": "\(LedgerLimits.nameBytes)", "value": "\(count)"]
            )
        }
        guard !rawValue.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw LedgerError(.invalidName, "\(subject) contains a control character. Remove it.")
        }
    }
}

extension String {
    /// Whether both strings are the same bytes of UTF-8.
    package func isByteEqual(to other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        return withBytes(of: other) { $0.elementsEqual($1) } ?? utf8.elementsEqual(other.utf8)
    }

    /// Whether this string comes before the other in the order of their UTF-8 bytes.
    package func isByteLess(than other: String) -> Bool {
        withBytes(of: other) { $0.lexicographicallyPrecedes($1) } ?? utf8.lexicographicallyPrecedes(other.utf8)
    }

    /// Gives the bytes of both to a closure, where they stand in memory as such: going through them is many times faster
    /// than through the views.
    private func withBytes(
        of other: String, _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> Bool
    ) -> Bool? {
        let result = utf8.withContiguousStorageIfAvailable { these in
            other.utf8.withContiguousStorageIfAvailable { those in body(these, those) }
        }
        return result ?? nil
    }

    package func hashBytes(into hasher: inout Hasher) {
        var copy = self
        copy.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(0xFF as UInt8)
    }
}
