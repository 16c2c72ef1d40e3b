import EventLedger

/// What writing documents reads and changes, on a workspace: within a ledger's commit, and by itself.
enum FirestoreDocuments {
    /// The collection of Firestore's in which the documents of all collections stand.
    static let group = "documents"

    /// Where a document stands under exactly this key.
    static func path(of key: DocumentKey, root: String) -> String {
        "\(root)/\(group)/\(FirestoreName.hash(key.collection.rawValue, key.id.rawValue))"
    }

    /// The documents that a batch writes, as far as is known before it is known who owns what.
    static func paths(of batch: DocumentBatch, root: String) -> [String] {
        batch.writes.map { path(of: $0.key, root: root) }
    }

    /// What says who owns the collections that a batch writes. It is read in the transaction in which the batch is
    /// committed, so that nobody takes a collection in between.
    static func ownershipPaths(of batch: DocumentBatch, root: String) -> [String] {
        Set(batch.writes.map(\.key.collection)).filter { !$0.isReserved }.sorted()
            .map { path(of: CollectionOwnership.key(of: $0), root: root) }
    }

    /// Makes the writes of a valid batch.
    ///
    /// - Throws: ``LedgerError`` with `conflict` or `collectionOwned`.
    static func apply(
        _ batch: DocumentBatch, root: String, to workspace: inout FirestoreWorkspace, keys: DeclaredFields
    ) throws {
        for write in batch.writes {
            // Read for each write, because a batch may claim a collection and write it.
            let ownership = try ownership(of: write.key.collection, root: root, workspace)
            try ownership?.check(author: batch.author)
            let key = DocumentKey(ownership?.live ?? write.key.collection, write.key.id)
            let path = path(of: key, root: root)
            let version = try workspace.fields(at: path).map { try StoredDocument.version(of: $0) }
            try write.condition.check(version, of: write.key)
            switch write.change {
            case .put(let fields):
                let stored = StoredDocument(
                    document: Document(key: key, fields: fields, version: (version ?? 0) + 1), declared: keys)
                try workspace.set(stored.fields, at: path)
            case .delete: try workspace.set(nil, at: path)
            }
        }
    }

    private static func ownership(
        of collection: CollectionName, root: String, _ workspace: FirestoreWorkspace
    ) throws -> CollectionOwnership? {
        guard !collection.isReserved else { return nil }
        return try workspace.fields(at: path(of: CollectionOwnership.key(of: collection), root: root))
            .map { try StoredDocument.read($0).decode() }
    }
}

/// A document as the fields of one of Firestore's.
struct StoredDocument {
    let fields: [String: FirestoreValue]

    init(document: Document, declared: DeclaredFields) {
        let keys = declared.keys(of: document.fields, in: document.key.collection)
        var fields: [String: FirestoreValue] = [
            "collection": .string(document.key.collection.rawValue),
            "id": .bytes(Array(document.key.id.rawValue.utf8)),
            "version": .integer(document.version),
            "fields": .bytes(document.fields.canonicalBytes),
        ]
        if !keys.isEmpty { fields["keys"] = .map(keys) }
        self.fields = fields
    }

    static func version(of fields: [String: FirestoreValue]) throws -> Int64 {
        guard case .integer(let version) = fields["version"], (1..<Int64.max).contains(version) else {
            throw unreadable()
        }
        return version
    }

    /// Reads a document.
    ///
    /// - Parameter collection: The name under which the reader asked for it; its own unless given.
    static func read(_ fields: [String: FirestoreValue], as collection: CollectionName? = nil) throws -> Document {
        guard case .string(let name) = fields["collection"], case .bytes(let id) = fields["id"],
            let id = String(validating: id, as: UTF8.self), case .bytes(let content) = fields["fields"],
            case .object(let object) = try JSONText(stored: content).value()
        else { throw unreadable() }
        return Document(
            key: DocumentKey(collection ?? CollectionName(name), DocumentID(id)), fields: object,
            version: try version(of: fields)
        )
    }

    /// The key of a declared field, where the document has one.
    static func key(of field: String, in fields: [String: FirestoreValue]) -> [UInt8]? {
        guard case .map(let keys) = fields["keys"], case .bytes(let key) = keys[DeclaredFields.keyName(of: field)]
        else { return nil }
        return key
    }

    private static func unreadable() -> LedgerError {
        LedgerError(.corrupt, "A stored document is not as the ledger writes it. Was it changed by something else?")
    }
}
