import EventLedger

extension LedgerState {
    /// Writes documents in order, all or none.
    ///
    /// It writes as it checks and takes back what it wrote when a check fails, because each write's condition, and the owner
    /// of its collection, is what the writes before it made of them.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/conflict``, ``LedgerError/Code/collectionOwned``, or
    ///   ``LedgerError/Code/decodingFailed`` for a record of ownership that is none.
    mutating func write(_ batch: DocumentBatch) throws {
        var replaced: [(key: DocumentKey, document: Document?)] = []
        do {
            for write in batch.writes {
                try owners[write.key.collection]?.check(author: batch.author)
                let key = storedKey(write.key)
                let old = document(key)
                try write.condition.check(old?.version, of: write.key)
                let new = try write.document(at: key, replacing: old)
                place(new, at: key)
                replaced.append((key, old))
            }
        } catch {
            for (key, document) in replaced.reversed() { place(document, at: key) }
            throw error
        }
    }

    /// The documents that exist among those asked for, under the names they were asked by.
    func documents(_ keys: [DocumentKey]) -> [Document] {
        Set(keys).compactMap { key in document(storedKey(key))?.named(key.collection) }
    }

    /// One page of a query.
    ///
    /// - Complexity: O(n log n) with n documents in the collection.
    func page(_ query: DocumentQuery) -> DocumentPage {
        let found = (collections[storedName(query.collection)] ?? [:]).values
            .filter { query.matches($0.fields) && query.isAfterCursor($0) }
            .sorted(by: query.precedes)
        let documents = found.prefix(query.limit).map { $0.named(query.collection) }
        return DocumentPage(
            documents: documents, next: found.count > query.limit ? documents.last.map(query.cursor(after:)) : nil
        )
    }

    /// The collections that hold documents, by the names under which they are stored.
    func collectionSummaries() -> [CollectionSummary] {
        var counts = collections.mapValues(\.count)
        for (name, ownership) in owners { counts[name] = collections[ownership.live]?.count ?? 0 }
        return counts.map { CollectionSummary(name: $0.key, count: $0.value) }.sorted { $0.name < $1.name }
    }

    /// Where the documents of a collection stand: in the live version of an owned one.
    private func storedName(_ collection: CollectionName) -> CollectionName { owners[collection]?.live ?? collection }

    private func storedKey(_ key: DocumentKey) -> DocumentKey { DocumentKey(storedName(key.collection), key.id) }

    private func document(_ key: DocumentKey) -> Document? { collections[key.collection]?[key.id] }

    /// Sets or removes a document, and keeps the owners in step with their records.
    private mutating func place(_ document: Document?, at key: DocumentKey) {
        collections[key.collection, default: [:]][key.id] = document
        if collections[key.collection]?.isEmpty == true { collections[key.collection] = nil }
        if key.collection == CollectionOwnership.collection {
            // Whatever is no record of ownership was refused before.
            owners[CollectionName(key.id.rawValue)] = try? document?.decode(CollectionOwnership.self)
        }
    }
}

extension DocumentWrite {
    /// The document after the write; `nil` where there is none.
    fileprivate func document(at key: DocumentKey, replacing old: Document?) throws -> Document? {
        guard case .put(let fields) = change else { return nil }
        let document = Document(key: key, fields: fields, version: (old?.version ?? 0) + 1)
        if key.collection == CollectionOwnership.collection { _ = try document.decode(CollectionOwnership.self) }
        return document
    }
}

extension Document {
    fileprivate func named(_ collection: CollectionName) -> Document {
        Document(key: DocumentKey(collection, key.id), fields: fields, version: version)
    }
}
