public import EventLedger

/// Documents in Firestore: those of a ledger, or of a name that has no ledger, as a target for replay.
///
/// ```swift
/// let store = try FirestoreDocumentStore(on: cloud, database: "(default)", ledger: "replayed")
/// ```
///
/// A document costs one read and one write to put, a batch also the reads of the records that say who owns its collections.
/// A query whose filters and order are by id or by declared fields (``DeclaredField``) reads what it returns; any other reads
/// the whole collection, in bounded memory. A page is read at one instant.
///
/// The indexes must be there: ``FirestoreIndexes``.
public struct FirestoreDocumentStore: DocumentStore {
    let database: FirestoreDatabase
    /// `ledgers/{name}`
    let root: String
    let declared: DeclaredFields

    /// Opens a store; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - cloud: How Firestore is reached.
    ///   - database: The database, in Native mode.
    ///   - ledger: The name below which the documents stand: letters, digits, `-` and `_`.
    ///   - declared: The fields that queries filter and order by.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/invalidName``.
    public init(
        on cloud: GoogleCloud, database: String = "(default)", ledger: String = "main",
        declaredFields declared: DeclaredFields = []
    ) throws {
        self.init(
            database: FirestoreDatabase(on: cloud, database: database), root: try FirestoreRoot.path(of: ledger),
            declared: declared
        )
    }

    init(database: FirestoreDatabase, root: String, declared: DeclaredFields) {
        self.database = database
        self.root = root
        self.declared = declared
    }

    public func write(_ batch: DocumentBatch) async throws {
        try batch.validate()
        guard !batch.writes.isEmpty else { return }
        let (root, declared) = (root, declared)
        try await FirestoreChange.run(
            database, reading: FirestoreDocuments.paths(of: batch, root: root),
            ownership: FirestoreDocuments.ownershipPaths(of: batch, root: root), resource: resource
        ) { workspace in
            try FirestoreDocuments.apply(batch, root: root, to: &workspace, keys: declared)
        }
    }

    public func documents(_ keys: [DocumentKey]) async throws -> [Document] {
        for key in keys { try key.validate() }
        guard !keys.isEmpty else { return [] }
        let keys = Array(Set(keys))
        let collections = Set(keys.map(\.collection)).filter { !$0.isReserved }
        let owners = collections.map { FirestoreDocuments.path(of: CollectionOwnership.key(of: $0), root: root) }
        // Most collections are nobody's: what stands under the names asked for is read at once.
        let first = try await database.read(
            owners + keys.map { FirestoreDocuments.path(of: $0, root: root) }, resource: resource)
        let live = try liveNames(of: collections, in: first)
        let moved = keys.filter { live[$0.collection] != nil }
        var later: [String: FirestoreDocument] = [:]
        if !moved.isEmpty {
            later = try await database.read(
                moved.map { path(of: $0, live) }, at: first.readTime, resource: resource
            ).documents
        }
        return try keys.compactMap { key in
            let found = live[key.collection] == nil ? first.documents : later
            return try found[path(of: key, live)].map { try StoredDocument.read($0.fields, as: key.collection) }
        }
    }

    private func path(of key: DocumentKey, _ live: [CollectionName: CollectionName]) -> String {
        FirestoreDocuments.path(of: DocumentKey(live[key.collection] ?? key.collection, key.id), root: root)
    }

    private func liveNames(
        of collections: some Sequence<CollectionName>, in snapshot: FirestoreDatabase.Snapshot
    ) throws -> [CollectionName: CollectionName] {
        var live: [CollectionName: CollectionName] = [:]
        for collection in collections {
            let path = FirestoreDocuments.path(of: CollectionOwnership.key(of: collection), root: root)
            guard let record = snapshot.documents[path] else { continue }
            live[collection] = try StoredDocument.read(record.fields).decode(CollectionOwnership.self).live
        }
        return live
    }

    /// What errors call the store.
    var resource: String { "the documents of '\(root)' in \(database)" }
}

extension FirestoreDocumentStore {
    public func page(_ query: DocumentQuery) async throws -> DocumentPage {
        try query.validate()
        var collection = query.collection, instant: String?
        if !collection.isReserved {
            // The whole page is read at the instant at which this collection was the live one.
            let owner = FirestoreDocuments.path(of: CollectionOwnership.key(of: collection), root: root)
            let snapshot = try await database.read([owner], resource: resource)
            instant = snapshot.readTime
            collection = try liveNames(of: [collection], in: snapshot)[collection] ?? collection
        }
        let scan = DocumentScan(query, declared: declared.fields(of: collection))
        var collector = DocumentPageCollector(query, orderField: scan.orderField)
        var start = scan.start(of: query)
        var size = scan.isExact ? query.limit + 1 : min(max(query.limit + 1, 50), 300)
        while true {
            let batch: [FirestoreDocument]
            do {
                batch = try await database.run(
                    scan.query(collection: collection, start: start, limit: size), below: root, at: instant,
                    resource: resource)
            } catch let error as LedgerError where error.isOfTooLargeAnswer && size > 1 {
                size = max(size / 4, 1)
                continue
            }
            for document in batch {
                try collector.add(document, as: query.collection)
                if collector.isComplete { return collector.page() }
            }
            guard batch.count == size, let last = batch.last else { return collector.page() }
            do { start = try scan.start(behind: last) } catch { throw database.unreadable(resource) }
        }
    }

    public func collections() async throws -> [CollectionSummary] {
        var names: [CollectionName] = []
        let instant = try await database.read([root], resource: resource).readTime
        while let next = try await database.run(
            Self.collectionQuery(after: names.last), below: root, at: instant, resource: resource
        ).first {
            guard case .string(let name) = next.fields["collection"] else { throw database.unreadable(resource) }
            names.append(CollectionName(name))
        }
        var counts: [CollectionName: Int] = [:]
        for name in names {
            counts[name] = try await database.count(
                Self.countQuery(name), below: root, at: instant, resource: resource)
        }
        if names.contains(CollectionOwnership.collection) {
            let records = try await database.run(
                DocumentScan.query(.byID(equal: []), collection: CollectionOwnership.collection, filters: []),
                below: root, at: instant, resource: resource)
            for record in records {
                let ownership = try StoredDocument.read(record.fields).decode(CollectionOwnership.self)
                counts[CollectionName(ownership.id)] = counts[ownership.live] ?? 0
            }
        }
        return counts.map { CollectionSummary(name: $0.key, count: $0.value) }.sorted { $0.name < $1.name }
    }

    /// The first document of the first collection behind another.
    static func collectionQuery(after collection: CollectionName?) -> FirestoreQuery {
        FirestoreQuery(
            FirestoreDocuments.group, order: [.init("collection")],
            start: collection.map { .after([.string($0.rawValue)]) }, limit: 1, select: ["collection"]
        )
    }

    static func countQuery(_ collection: CollectionName) -> FirestoreQuery {
        FirestoreQuery(
            FirestoreDocuments.group, where: .field("collection", .equal, .string(collection.rawValue)))
    }
}
