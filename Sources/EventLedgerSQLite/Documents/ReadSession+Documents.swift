import EventLedger

extension SQLiteConnection {
    /// Which projection owns a collection, if one does.
    func ownership(of collection: CollectionName) throws -> CollectionOwnership? {
        guard !collection.isReserved else { return nil }
        return try document(CollectionOwnership.key(of: collection))?.decode()
    }

    /// The document that stands under exactly this key.
    func document(_ key: DocumentKey) throws -> Document? {
        try first(
            "SELECT version, fields FROM documents WHERE collection = ?1 AND id = ?2",
            [.text(key.collection.rawValue), .text(key.id.rawValue)]
        ) { row in
            Document(key: key, fields: try DocumentFields.decode(row.bytes(1)), version: row.int(0))
        }
    }
}

/// A document's canonical bytes.
enum DocumentFields {
    static func decode(_ bytes: [UInt8]) throws -> JSONObject {
        guard case .object(let fields) = try JSONText(stored: bytes).value() else {
            throw LedgerError(.corrupt, "A stored document is no JSON object. Run 'verify' on a copy of the file.")
        }
        return fields
    }
}

extension ReadSession {
    /// The documents that exist among those asked for.
    func documents(_ keys: [DocumentKey]) throws -> [Document] {
        try connection.snapshot {
            var live: [CollectionName: CollectionName] = [:]
            return try Set(keys).sorted().compactMap { key in
                let collection = try live[key.collection] ?? liveName(of: key.collection)
                live[key.collection] = collection
                return try connection.document(DocumentKey(collection, key.id)).map {
                    Document(key: key, fields: $0.fields, version: $0.version)
                }
            }
        }
    }

    private func liveName(of collection: CollectionName) throws -> CollectionName {
        try connection.ownership(of: collection)?.live ?? collection
    }

    /// One page of a query. Documents are tested one by one in the order of their ids; where another order is asked for, the
    /// first of a page are kept and the rest is forgotten, so that memory stays constant.
    func page(_ query: DocumentQuery) throws -> DocumentPage {
        try connection.snapshot {
            let collection = try liveName(of: query.collection)
            var found: [Document] = []
            var sql = "SELECT id, version, fields FROM documents WHERE collection = ?1"
            var values: [SQLiteValue] = [.text(collection.rawValue)]
            if query.order == nil, let cursor = query.cursor {
                sql += " AND id > ?2"
                values.append(.text(cursor.id.rawValue))
            }
            try connection.query(sql + " ORDER BY id", values) { row in
                let document = Document(
                    key: DocumentKey(query.collection, DocumentID(row.text(0))),
                    fields: try DocumentFields.decode(row.bytes(2)), version: row.int(1)
                )
                guard query.matches(document.fields), query.isAfterCursor(document) else { return true }
                if query.order == nil {
                    found.append(document)
                    return found.count <= query.limit
                }
                found.append(document)
                if found.count >= 2 * query.limit + 2 {
                    found.sort(by: query.precedes)
                    found.removeLast(found.count - query.limit - 1)
                }
                return true
            }
            if query.order != nil { found.sort(by: query.precedes) }
            let documents = Array(found.prefix(query.limit))
            return DocumentPage(
                documents: documents,
                next: found.count > query.limit ? documents.last.map { query.cursor(after: $0) } : nil
            )
        }
    }

    /// The collections and how many documents stand in them; those of a projection under the name that readers use.
    func collections() throws -> [CollectionSummary] {
        try connection.snapshot {
            var summaries: [CollectionSummary] = []
            try connection.query("SELECT collection, count(*) FROM documents GROUP BY collection ORDER BY collection") {
                row in
                summaries.append(CollectionSummary(name: CollectionName(row.text(0)), count: Int(row.int(1))))
                return true
            }
            var owned: [CollectionSummary] = []
            try connection.query(
                "SELECT id, fields FROM documents WHERE collection = ?1",
                [.text(CollectionOwnership.collection.rawValue)]
            ) { row in
                let ownership = try JSONText(stored: row.bytes(1)).decode(CollectionOwnership.self)
                let count = summaries.first { $0.name == ownership.live }?.count ?? 0
                owned.append(CollectionSummary(name: CollectionName(ownership.id), count: count))
                return true
            }
            return (summaries.filter { summary in !owned.contains { $0.name == summary.name } } + owned)
                .sorted { $0.name < $1.name }
        }
    }
}
