import EventLedger

/// The documents of a ledger in memory.
struct InMemoryDocumentStore: DocumentStore {
    let ledger: InMemoryLedger

    func documents(_ keys: [DocumentKey]) async throws -> [Document] {
        for key in keys { try key.validate() }
        return try ledger.update { state, _ in state.documents(keys) }
    }

    func page(_ query: DocumentQuery) async throws -> DocumentPage {
        try query.validate()
        return try ledger.update { state, _ in state.page(query) }
    }

    func collections() async throws -> [CollectionSummary] {
        try ledger.update { state, _ in state.collectionSummaries() }
    }

    func write(_ batch: DocumentBatch) async throws {
        try batch.validate()
        try ledger.update { state, _ in try state.write(batch) }
    }
}
