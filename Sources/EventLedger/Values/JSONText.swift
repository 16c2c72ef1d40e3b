/// Valid JSON as bytes of UTF-8 without insignificant white space: the data of an event, the payload of a task.
///
/// The white space is removed once, when the value is made. From then on the bytes are never encoded again, so that
/// `1.0`, 2^53 + 1, `\u00e9` and duplicate keys stay as their author wrote them.
public struct JSONText: Hashable, Sendable {
    /// The bytes.
    public let bytes: [UInt8]

    /// Checks and compacts JSON.
    ///
    /// - Parameter bytes: JSON as UTF-8, nested at most ``LedgerLimits/jsonDepth`` deep.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/invalidValue`` and the offset of the first bad byte.
    /// - Complexity: O(size), without recursion.
    public init(_ bytes: [UInt8]) throws {
        self.bytes = try JSONCompactor.compact(bytes)
    }

    /// Checks and compacts JSON given as a string.
    ///
    /// - Throws: As ``init(_:)-([UInt8])``.
    public init(_ text: String) throws { try self.init(Array(text.utf8)) }

    /// Encodes a value with the ledger's one coder: keys sorted, times as RFC 3339.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/encodingFailed``.
    public init(encoding value: some Encodable) throws {
        self.bytes = try LedgerCoder.encode(value)
    }

    /// The canonical text of a value.
    public init(_ value: JSONValue) { bytes = value.canonicalBytes }

    /// Takes bytes that were checked and compacted before, when they were stored. A backend reads events with it.
    ///
    /// - Parameter bytes: What ``bytes`` once was.
    public init(stored bytes: [UInt8]) { self.bytes = bytes }

    /// `{}`
    public static let emptyObject = JSONText(stored: Array("{}".utf8))

    /// Decodes a value with the ledger's one coder.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/decodingFailed``; the message names the path, not the content.
    public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try LedgerCoder.decode(type, from: bytes)
    }

    /// Parses the text.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/invalidValue``: an object with a key twice, a number beyond the
    ///   range of a double.
    public func value() throws -> JSONValue { try JSONParser.parse(bytes) }

    /// The text.
    public var text: String { String(decoding: bytes, as: UTF8.self) }
}

extension JSONText: CustomStringConvertible {
    public var description: String { text }
}
