public import EventLedger

/// A field of a collection's documents that queries filter and order by with an index.
///
/// Queries by other fields are answered too; they read the whole collection. A field is declared before documents are
/// written: what was written without it is not found by it until ``FirestoreDocumentStore/reindex(_:)`` has run.
public struct DeclaredField: Hashable, Sendable, Codable {
    /// The collection, by the name that readers use; the builds of an owned collection (`papers@1`) are indexed alike.
    public let collection: CollectionName
    /// The path of the field; keys joined by `.`.
    public let field: String

    /// Declares a field.
    public init(collection: CollectionName, field: String) {
        self.collection = collection
        self.field = field
    }

    public static func == (lhs: DeclaredField, rhs: DeclaredField) -> Bool {
        lhs.collection == rhs.collection && lhs.field.isByteEqual(to: rhs.field)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(collection)
        field.hashBytes(into: &hasher)
    }
}

/// The declared fields of all collections.
public struct DeclaredFields: Hashable, Sendable, ExpressibleByArrayLiteral {
    /// The fields, in order.
    public let all: [DeclaredField]
    private let fields: [CollectionName: [String]]

    /// Declares fields. Each costs an index entry a document that has it, and three composite indexes in the database for
    /// all collections that declare a field of the same name together.
    public init(_ fields: some Sequence<DeclaredField> = []) {
        all = Set(fields).sorted {
            $0.collection == $1.collection ? $0.field.isByteLess(than: $1.field) : $0.collection < $1.collection
        }
        self.fields = Dictionary(grouping: all, by: \.collection).mapValues { $0.map(\.field) }
    }

    public init(arrayLiteral elements: DeclaredField...) { self.init(elements) }

    /// The declared fields of a collection or a build of it.
    func fields(of collection: CollectionName) -> [String] {
        if let own = fields[collection] { return own }
        guard let end = collection.rawValue.utf8.lastIndex(of: UInt8(ascii: "@")) else { return [] }
        return fields[CollectionName(String(collection.rawValue[..<end]))] ?? []
    }

    /// The keys of a document, by the names under which they are stored.
    func keys(of fields: JSONObject, in collection: CollectionName) -> [String: FirestoreValue] {
        var keys: [String: FirestoreValue] = [:]
        for field in self.fields(of: collection) {
            guard let value = fields.value(at: field) else { continue }
            keys[Self.keyName(of: field)] = .bytes(DocumentKeyBytes.encode(value))
        }
        return keys
    }

    /// The name of a field's key: the field's own where Firestore takes it and it is told from all others, else a hash.
    static func keyName(of field: String) -> String {
        let isPlain = field.utf8.count <= 200 && field.utf8.allSatisfy { (0x20...0x7E).contains($0) }
        let isReserved = field.hasPrefix("__") || field.hasPrefix("#")
        return isPlain && !isReserved ? field : "#" + FirestoreName.hash(field)
    }

    /// The path by which queries name a field's key.
    static func keyPath(of field: String) -> String { FirestoreQuery.path("keys", keyName(of: field)) }
}
