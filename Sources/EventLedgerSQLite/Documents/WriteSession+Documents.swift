import EventLedger

extension WriteSession {
    /// Writes documents within the transaction.
    func write(_ batch: DocumentBatch) throws {
        var live: [CollectionName: CollectionName] = [:]
        for write in batch.writes {
            let collection = write.key.collection
            if live[collection] == nil || collection == CollectionOwnership.collection {
                // A batch may claim a collection and write it.
                live = collection == CollectionOwnership.collection ? [:] : live
                let ownership = try connection.ownership(of: collection)
                try ownership?.check(author: batch.author)
                live[collection] = ownership?.live ?? collection
            }
            try self.write(write, in: live[collection] ?? collection)
        }
    }

    private func write(_ write: DocumentWrite, in collection: CollectionName) throws {
        let key: [SQLiteValue] = [.text(collection.rawValue), .text(write.key.id.rawValue)]
        let version = try connection.first(
            "SELECT version FROM documents WHERE collection = ?1 AND id = ?2", key
        ) { $0.int(0) }
        try write.condition.check(version, of: write.key)
        switch write.change {
        case .put(let fields):
            try connection.run(
                """
                INSERT INTO documents(collection, id, version, fields) VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT(collection, id) DO UPDATE SET version = excluded.version, fields = excluded.fields
                """,
                key + [.integer((version ?? 0) + 1), .blob(fields.canonicalBytes)]
            )
        case .delete:
            if version != nil { try connection.run("DELETE FROM documents WHERE collection = ?1 AND id = ?2", key) }
        }
    }
}
