import EventLedger
import Synchronization

/// A document store whose writes fail in turn: one before anything is written, one after everything is, one not at all.
final class UnreliableDocumentStore: DocumentStore {
    struct Failure: Error {}

    private let base: any DocumentStore
    private let writes = Mutex(0)

    init(_ base: any DocumentStore) { self.base = base }

    func documents(_ keys: [DocumentKey]) async throws -> [Document] { try await base.documents(keys) }
    func page(_ query: DocumentQuery) async throws -> DocumentPage { try await base.page(query) }
    func collections() async throws -> [CollectionSummary] { try await base.collections() }

    func write(_ batch: DocumentBatch) async throws {
        let number = writes.withLock { count in
            count += 1
            return count
        }
        if number % 3 == 1 { throw Failure() }
        try await base.write(batch)
        if number % 3 == 2 { throw Failure() }
    }
}
