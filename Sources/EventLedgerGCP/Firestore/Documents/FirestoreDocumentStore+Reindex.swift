public import EventLedger

extension FirestoreDocumentStore {
    /// Gives the documents of a collection the keys of the fields that are declared now. Needed once after a field was
    /// declared for a collection that has documents already; a rebuild of the collection does it too.
    ///
    /// Of a collection that a projection owns the documents that readers see are done, and those of the builds beside them.
    ///
    /// Versions stay as they are. Documents that are written meanwhile get their keys from whoever writes them, so all
    /// writers have to declare the field first. Run again, it goes through all documents once more.
    ///
    /// - Parameter collection: The collection, by the name that readers use.
    /// - Returns: How many documents were changed, those of all builds together.
    /// - Throws: ``LedgerError``.
    @discardableResult
    public func reindex(_ collection: CollectionName) async throws -> Int {
        try collection.validate()
        var changed = 0
        for stored in try await storedNames(of: collection) { changed += try await reindex(storedAs: stored) }
        return changed
    }

    private func reindex(storedAs collection: CollectionName) async throws -> Int {
        var changed = 0
        var start: FirestoreQuery.Cursor?
        let size = 10
        while true {
            let batch = try await database.run(
                DocumentScan.query(.byID(equal: []), collection: collection, filters: [], start: start, limit: size),
                below: root, resource: resource)
            var writes: [FirestoreWrite] = []
            for stored in batch {
                let document = try StoredDocument.read(stored.fields)
                let keys = FirestoreValue.map(declared.keys(of: document.fields, in: collection))
                guard (stored.fields["keys"] ?? .map([:])) != keys else { continue }
                writes.append(
                    FirestoreWrite(
                        stored.path, .update(["keys": keys], mask: ["keys"]), if: .updateTime(stored.updateTime)))
            }
            if !writes.isEmpty {
                do {
                    _ = try await database.commit(writes, resource: resource)
                    changed += writes.count
                } catch is FirestoreConflict {
                    // One of them was written meanwhile: the batch is read once more.
                    continue
                }
            }
            guard batch.count == size, let id = batch.last?.fields["id"] else { return changed }
            start = .after([id])
        }
    }
}
