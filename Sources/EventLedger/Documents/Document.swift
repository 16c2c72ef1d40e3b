/// The name of a collection of documents. Names that begin with `_` or contain `@` are the ledger's own.
public struct CollectionName: LedgerName {
    public static let noun = "collection name"
    public let rawValue: String
    public init(_ rawValue: String) { self.rawValue = rawValue }

    /// Whether only the ledger's own engines may write it.
    public var isReserved: Bool {
        rawValue.utf8.first == UInt8(ascii: "_") || rawValue.utf8.contains(UInt8(ascii: "@"))
    }
}

/// The id of a document in its collection.
public struct DocumentID: LedgerName {
    public static let noun = "document id"
    public let rawValue: String
    public init(_ rawValue: String) { self.rawValue = rawValue }
}

/// Where a document stands: its collection and its id.
public struct DocumentKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The collection.
    public let collection: CollectionName
    /// The id in the collection.
    public let id: DocumentID

    /// Makes a key.
    public init(_ collection: CollectionName, _ id: DocumentID) {
        self.collection = collection
        self.id = id
    }

    /// Checks both names.
    public func validate() throws {
        try collection.validate()
        try id.validate()
    }

    public static func < (lhs: DocumentKey, rhs: DocumentKey) -> Bool {
        lhs.collection == rhs.collection ? lhs.id < rhs.id : lhs.collection < rhs.collection
    }

    public var description: String { "\(collection)/\(id)" }
}

/// A row of a read model.
public struct Document: Hashable, Sendable {
    /// Where it stands.
    public let key: DocumentKey
    /// Its content.
    public let fields: JSONObject
    /// Changes with every write: 1 for a new document, then one more each time. A document that was deleted and put anew
    /// begins at 1 again.
    public let version: Int64

    /// Makes a document; only stores and tests do.
    public init(key: DocumentKey, fields: JSONObject, version: Int64) {
        self.key = key
        self.fields = fields
        self.version = version
    }

    /// Decodes the fields into a Swift type.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/decodingFailed``.
    public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try JSONText(.object(fields)).decode(type)
    }
}

/// A document as a Swift type that knows its collection and its id.
public protocol DocumentModel: Codable, Sendable, Identifiable<String> {
    /// The collection that its documents stand in.
    static var collection: CollectionName { get }
}
