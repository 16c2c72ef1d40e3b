/// A checkpoint as it is stored: a document in the reserved collection `_checkpoints`.
///
/// The document is `projection/<name>@<build>` for a projection, with `#<i>of<n>` behind it for a partition, and
/// `reactor/<name>` for a reactor.
struct CheckpointRecord: DocumentModel, Hashable {
    static let collection: CollectionName = "_checkpoints"

    let id: String
    let checkpoint: Checkpoint
    /// When it moved last.
    let updatedAt: Timestamp

    static func key(_ id: String) -> DocumentKey { DocumentKey(collection, DocumentID(id)) }
}

/// A consumer's hold on its checkpoint: each write requires that nobody moved it since it was read or written here.
struct StoredCheckpoint: Sendable {
    let id: String
    /// How far the consumer has come.
    private(set) var checkpoint = Checkpoint.start
    /// The version of the document; `nil` where there is none yet.
    private(set) var version: Int64?

    static func load(_ id: String, from store: any DocumentReader) async throws -> StoredCheckpoint {
        var stored = StoredCheckpoint(id: id)
        if let document = try await store.document(CheckpointRecord.key(id)) {
            stored.checkpoint = try document.decode(CheckpointRecord.self).checkpoint
            stored.version = document.version
        }
        return stored
    }

    private init(id: String) { self.id = id }

    /// The write that moves it.
    func moved(to checkpoint: Checkpoint, at time: Timestamp) throws -> DocumentWrite {
        try .put(
            CheckpointRecord(id: id, checkpoint: checkpoint, updatedAt: time),
            if: version.map(VersionCondition.version) ?? .absent
        )
    }

    /// Notes that ``moved(to:at:)`` was written.
    mutating func didMove(to checkpoint: Checkpoint) {
        self.checkpoint = checkpoint
        version = (version ?? 0) + 1
    }

    /// Before the first event where nothing is stored yet; a replay of a part begins elsewhere.
    mutating func begin(after checkpoint: Checkpoint) {
        if version == nil { self.checkpoint = checkpoint }
    }
}

/// A page that was read, for consumers that stop between its events.
struct PageBoundaries {
    let reader: any EventReader
    let selection: EventSelection
    let page: EventPage
    /// Behind which nothing is taken of the page; `nil` where all of it is.
    var limit: Checkpoint?

    /// The checkpoint of who has seen the page up to an event, inclusive.
    func checkpoint(behind event: RecordedEvent) async throws -> Checkpoint {
        if page.checkpoint.position != nil { return Checkpoint(event.position) }
        // What the checkpoint of a partitioned ledger consists of is the reader's business: it is asked.
        let count = (page.events.firstIndex { $0.id == event.id } ?? 0) + 1
        let reached = try await reader.page(selection.limit(count)).checkpoint
        return limit.map { reached.bounded(by: $0) } ?? reached
    }
}
