/// A document store in which only some collections can be written; all can be read.
///
/// A batch with anything else, with a reserved collection or with an author is refused before any input or output.
public struct ScopedDocumentStore: DocumentStore {
    /// What may be written.
    public let writableCollections: Set<CollectionName>

    private let base: Hidden<any DocumentStore>

    init(_ base: any DocumentStore, collections: Set<CollectionName>) {
        self.base = Hidden(base)
        writableCollections = collections
    }

    public func documents(_ keys: [DocumentKey]) async throws -> [Document] { try await base.value.documents(keys) }

    public func page(_ query: DocumentQuery) async throws -> DocumentPage { try await base.value.page(query) }

    public func collections() async throws -> [CollectionSummary] { try await base.value.collections() }

    /// Writes documents, all or none.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/forbidden`` that names what is outside, or what the store throws.
    public func write(_ batch: DocumentBatch) async throws {
        var outside = OutsideScope()
        // Whoever could write as a projection could write what the projection owns.
        if let author = batch.author { outside.add(author) }
        for write in batch.writes
        where write.key.collection.isReserved || !writableCollections.contains(write.key.collection) {
            outside.add(write.key.collection)
        }
        try outside.check()
        try await base.value.write(batch)
    }
}

extension DocumentStore {
    /// The same store, in which only some collections can be written.
    public func scoped(to collections: Set<CollectionName>) -> ScopedDocumentStore {
        ScopedDocumentStore(self, collections: collections)
    }
}
