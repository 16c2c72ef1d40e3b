/// What a projection reads and writes while it applies an event.
///
/// Reading a document that is not at hand throws; the projector then undoes the event's writes, fetches the document and
/// applies the event again. A projection just lets errors of the view pass.
public struct DocumentView {
    /// Thrown when a document has to be fetched first.
    package struct NotLoaded: Error { package let key: DocumentKey }

    private struct Entry {
        var storedVersion: Int64?
        var fields: JSONObject?
        var isChanged = false
        /// The bytes of the canonical fields, where they are changed.
        var size = 0
    }

    private let collections: Set<CollectionName>
    private let isComplete: Bool
    private var entries: [DocumentKey: Entry] = [:]
    private var undoLog: [(DocumentKey, Entry)] = []
    private var changedKeys: Set<DocumentKey> = []

    /// The bytes of the canonical fields of all changed documents.
    package private(set) var changedBytes = 0

    /// The keys that were read in vain since the event began. It is a class so that reading stays non-mutating.
    private let missingKeys = MissingKeys()

    /// Makes a view of a projection's collections.
    ///
    /// - Parameters:
    ///   - collections: What may be read and written.
    ///   - isComplete: Whether a document that was never loaded is known not to exist, as in tests.
    package init(collections: Set<CollectionName>, isComplete: Bool = false) {
        self.collections = collections
        self.isComplete = isComplete
    }
}

extension DocumentView {
    private final class MissingKeys { var keys: Set<DocumentKey> = [] }

    /// The fields of a document, if there is one.
    ///
    /// - Throws: Where the document has to be fetched first, or ``LedgerError`` with ``LedgerError/Code/forbidden`` for a
    ///   collection that is not the projection's.
    public func fields(_ key: DocumentKey) throws -> JSONObject? {
        if let entry = entries[key] { return entry.fields }
        try check(key.collection)
        if isComplete { return nil }
        missingKeys.keys.insert(key)
        throw NotLoaded(key: key)
    }

    /// The document of a Swift type, if there is one.
    ///
    /// - Throws: As ``fields(_:)``, or ``LedgerError`` with ``LedgerError/Code/decodingFailed``.
    public func get<Model: DocumentModel>(_ type: Model.Type, id: String) throws -> Model? {
        try fields(DocumentKey(Model.collection, DocumentID(id))).map { try JSONText(.object($0)).decode(type) }
    }

    /// Puts a document of a Swift type.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/encodingFailed``, ``LedgerError/Code/forbidden`` for a collection
    ///   that is not the projection's, or what ``DocumentWrite/validate()`` throws.
    public mutating func put<Model: DocumentModel>(_ model: Model) throws {
        try put(DocumentKey(Model.collection, DocumentID(model.id)), try JSONObject(encoding: model))
    }

    /// Puts a document's fields.
    ///
    /// - Throws: As ``put(_:)``.
    public mutating func put(_ key: DocumentKey, _ fields: JSONObject) throws {
        let size = try DocumentWrite.put(key, fields).validate()
        try change(key, to: fields, size: size)
    }

    /// Deletes a document; one that is not there is no error.
    ///
    /// - Throws: As ``put(_:)``.
    public mutating func delete<Model: DocumentModel>(_ type: Model.Type, id: String) throws {
        try delete(DocumentKey(Model.collection, DocumentID(id)))
    }

    /// Deletes a document; one that is not there is no error.
    ///
    /// - Throws: As ``put(_:)``.
    public mutating func delete(_ key: DocumentKey) throws {
        try change(key, to: nil, size: 0)
    }

    private mutating func change(_ key: DocumentKey, to fields: JSONObject?, size: Int) throws {
        // The write's precondition is the version that was read, so a document is loaded before it is written.
        if entries[key] == nil {
            _ = try self.fields(key)
            entries[key] = Entry()
        }
        guard let old = entries[key] else { return }
        undoLog.append((key, old))
        // What is put as it was is no change: a replay of the same facts writes nothing.
        guard old.fields != fields else { return }
        set(key, Entry(storedVersion: old.storedVersion, fields: fields, isChanged: true, size: size))
    }

    /// Keeps count of what is changed, so that the projector need not look through all that is at hand after each event.
    private mutating func set(_ key: DocumentKey, _ entry: Entry) {
        changedBytes += entry.size - (entries[key]?.size ?? 0)
        entries[key] = entry
        if entry.isChanged { changedKeys.insert(key) } else { changedKeys.remove(key) }
    }

    private func check(_ collection: CollectionName) throws {
        guard !collections.contains(collection) else { return }
        throw LedgerError(
            .forbidden,
            "A projection used the collection '\(collection)', which is not among its own. Add it to its 'collections', or "
                + "let the projection that owns it do this.",
            details: ["collection": collection.rawValue]
        )
    }
}

// What the projector does with a view.
extension DocumentView {
    package mutating func beginEvent() {
        undoLog.removeAll(keepingCapacity: true)
        missingKeys.keys.removeAll(keepingCapacity: true)
    }

    /// Takes back what was written since ``beginEvent()``.
    package mutating func undoEvent() {
        for (key, entry) in undoLog.reversed() { set(key, entry) }
        undoLog.removeAll(keepingCapacity: true)
    }

    /// The keys that were read in vain since ``beginEvent()``, whether or not the projection let the error pass.
    package var missing: Set<DocumentKey> { missingKeys.keys }

    package func isLoaded(_ key: DocumentKey) -> Bool { entries[key] != nil }

    /// Takes what was fetched: keys without a document are known not to exist from now on.
    package mutating func load(_ keys: some Sequence<DocumentKey>, found: [DocumentKey: Document]) {
        for key in keys where entries[key] == nil {
            let document = found[key]
            entries[key] = Entry(storedVersion: document?.version, fields: document?.fields)
        }
    }

    /// How many documents are at hand.
    package var loadedCount: Int { entries.count }

    /// How many of them are changed.
    package var changedCount: Int { changedKeys.count }

    /// The changes since the last ``markWritten()``, each conditional on the version that was read, by key.
    package var pendingWrites: [DocumentWrite] {
        changedKeys.sorted().compactMap { key -> DocumentWrite? in
            guard let entry = entries[key] else { return nil }
            let condition = entry.storedVersion.map(VersionCondition.version) ?? .absent
            guard let fields = entry.fields else {
                return entry.storedVersion == nil ? nil : .delete(key, if: condition)
            }
            return .put(key, fields, if: condition)
        }
    }

    /// Notes that the pending writes were made.
    package mutating func markWritten() {
        for key in changedKeys {
            guard let entry = entries[key] else { continue }
            let version = entry.fields == nil ? nil : (entry.storedVersion ?? 0) + 1
            entries[key] = Entry(storedVersion: version, fields: entry.fields)
        }
        changedKeys.removeAll(keepingCapacity: true)
        changedBytes = 0
    }

    /// Forgets what is at hand and not changed, once it is more than a limit. Not to be called within an event.
    package mutating func trim(to limit: Int) {
        guard entries.count > limit else { return }
        entries = entries.filter(\.value.isChanged)
    }

    /// All documents at hand that exist, by key; for tests.
    package var contents: [DocumentKey: JSONObject] { entries.compactMapValues(\.fields) }
}
