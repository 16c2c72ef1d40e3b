import EventLedger

extension WriteSession {
    /// Writes documents within the transaction.
    func write(_ batch: DocumentBatch) throws {
        var checked = Set<CollectionName>()
        for write in batch.writes {
            if checked.insert(write.key.collection).inserted {
                try connection.ownership(of: write.key.collection)?.check(author: batch.author)
            }
            try self.write(write)
        }
    }

    private func write(_ write: DocumentWrite) throws {
        let key: [SQLiteValue] = [.text(write.key.collection.rawValue), .text(write.key.id.rawValue)]
        let version = try connection.first(
            "SELECT version FROM documents WHERE collection = ?1 AND id = ?2", key
        ) { $0.int(0) }
        guard write.condition.holds(for: version) else {
            throw LedgerError(
                .conflict,
                "The document '\(write.key)' was expected to be \(write.condition.text), but "
                    + (version.map { "it has version \($0)" } ?? "there is none") + ". Read it again and decide anew.",
                details: [
                    "document": write.key.description, "expected": write.condition.text, "found": version.map { "\($0)" } ?? "none",
                ]
            )
        }
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

extension VersionCondition {
    fileprivate var text: String {
        switch self {
        case .any: "in any state"
        case .absent: "absent"
        case .present: "present"
        case .version(let version): "at version \(version)"
        }
    }
}
