public import EventLedger

/// The documents of a ledger file.
///
/// Getting by key costs one look-up. A query tests the documents of its collection one by one, in constant memory.
public struct SQLiteDocumentStore: DocumentStore {
    let writer: CommitWriter
    let readers: ReaderPool

    public func documents(_ keys: [DocumentKey]) async throws -> [Document] {
        for key in keys { try key.validate() }
        guard !keys.isEmpty else { return [] }
        return try await readers.read { try $0.documents(keys) }
    }

    public func page(_ query: DocumentQuery) async throws -> DocumentPage {
        try query.validate()
        return try await readers.read { try $0.page(query) }
    }

    public func collections() async throws -> [CollectionSummary] {
        try await readers.read { try $0.collections() }
    }

    public func write(_ batch: DocumentBatch) async throws {
        try batch.validate()
        guard !batch.writes.isEmpty else { return }
        try await writer.write { try $0.write(batch) }
    }
}
