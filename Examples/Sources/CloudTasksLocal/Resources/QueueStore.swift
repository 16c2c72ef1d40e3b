import EventLedger
import EventLedgerSQLite

/// The queues: a document each, beside the ledger's own settings of the queue.
struct QueueStore: Sendable {
    let ledger: SQLiteLedger
    private static let collection: CollectionName = "queues"

    private func key(_ path: QueuePath) -> DocumentKey { DocumentKey(Self.collection, DocumentID(path.name)) }

    func queue(_ path: QueuePath) async throws -> QueueResource {
        guard let queue = try await existing(path)?.queue else {
            throw APIError.notFound(
                "Queue does not exist. If you just created the queue, wait at least a minute for the "
                    + "queue to initialize: \(path.name)")
        }
        return queue
    }

    private func existing(_ path: QueuePath) async throws -> (queue: QueueResource, version: Int64)? {
        guard let document = try await ledger.documents.document(key(path)),
            let queue = QueueResource(stored: document.fields)
        else { return nil }
        return (queue, document.version)
    }

    /// Makes a queue.
    func create(_ queue: QueueResource) async throws {
        do {
            try await ledger.documents.write([.put(key(queue.path), queue.json, if: .absent)])
        } catch LedgerError.Code.conflict {
            throw APIError.exists("Queue already exists: \(queue.path.name)")
        }
        try await settle(queue.path)
    }

    /// Changes a queue that is there.
    ///
    /// - Parameter isMade: Whether one that is not there is made, as `patch` does.
    @discardableResult
    func change(
        _ path: QueuePath, makingIt isMade: Bool = false, _ change: (inout QueueResource) throws -> Void
    ) async throws -> QueueResource {
        while true {
            let existing = try await existing(path)
            guard isMade || existing != nil else { return try await queue(path) }
            var queue = existing?.queue ?? QueueResource(path)
            try change(&queue)
            do {
                let condition = existing.map { VersionCondition.version($0.version) } ?? .absent
                try await ledger.documents.write([.put(key(path), queue.json, if: condition)])
            } catch LedgerError.Code.conflict {
                continue
            }
            try await settle(path)
            return queue
        }
    }

    /// Brings the ledger's queue to what the document says, also where somebody else changes that meanwhile.
    private func settle(_ path: QueuePath) async throws {
        var settled: Int64?
        while let existing = try await existing(path), existing.version != settled {
            try await apply(existing.queue)
            settled = existing.version
        }
    }

    /// Brings the ledger's queue to what the document says.
    func apply(_ queue: QueueResource) async throws {
        let name = QueueName(queue.path.name)
        try await ledger.leasedTasks.configure(name, queue.configuration)
        if queue.isPaused {
            try await ledger.leasedTasks.pause(name)
        } else {
            try await ledger.leasedTasks.resume(name)
        }
    }

    func delete(_ path: QueuePath) async throws { try await ledger.documents.write([.delete(key(path))]) }

    /// A page of the queues of a location, by name.
    func list(_ location: String, limit: Int, after token: String?) async throws -> (
        queues: [QueueResource], next: String?
    ) {
        let prefix = "\(location)/queues/"
        let page = try await ledger.documents.page(
            DocumentQuery(
                Self.collection, limit: limit, from: DocumentCursor(value: nil, id: DocumentID(token ?? prefix))
            )
        )
        let meant = page.documents.filter { $0.key.id.rawValue.hasPrefix(prefix) }
        let next = meant.count == page.documents.count ? page.next?.id.rawValue : nil
        return (meant.compactMap { QueueResource(stored: $0.fields) }, next)
    }

    /// All queues there are.
    func all() async throws -> [QueueResource] {
        var queues: [QueueResource] = []
        for try await document in ledger.documents.all(DocumentQuery(Self.collection)) {
            if let queue = QueueResource(stored: document.fields) { queues.append(queue) }
        }
        return queues
    }
}
