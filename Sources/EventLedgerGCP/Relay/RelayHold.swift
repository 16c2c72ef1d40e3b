import EventLedger

/// A relay's checkpoint as it is stored: a document in the reserved collection `_checkpoints` with the id `relay/<name>`.
struct RelayRecord: DocumentModel, Hashable {
    static let collection: CollectionName = "_checkpoints"

    let id: String
    var checkpoint: Checkpoint
    /// When it was written last.
    var updatedAt: Timestamp
    /// The run of a relay that may move it; `nil` where the last one ended in peace.
    var owner: String?
}

/// A relay's hold on its checkpoint. Each write requires that nobody wrote since, so that a relay that was replaced, however
/// long it was stopped, cannot move the checkpoint any more.
struct RelayHold: Sendable {
    /// Another relay took over.
    struct Lost: Error {}

    private(set) var record: RelayRecord
    private var version: Int64
    private let store: any DocumentStore
    private let author: ProjectionName

    /// Reads what is stored.
    static func stored(_ relay: RelayName, in store: any DocumentStore) async throws -> (RelayRecord, Int64)? {
        let key = DocumentKey(RelayRecord.collection, DocumentID("relay/\(relay)"))
        guard let document = try await store.document(key) else { return nil }
        return (try document.decode(RelayRecord.self), document.version)
    }

    /// Takes over from whoever is there.
    ///
    /// - Returns: `nil` where another one took over in the same moment.
    static func take(
        _ relay: RelayName, as owner: String, from stored: (record: RelayRecord, version: Int64)?,
        in store: any DocumentStore, at now: Timestamp
    ) async throws -> RelayHold? {
        let record = RelayRecord(
            id: "relay/\(relay)", checkpoint: stored?.record.checkpoint ?? .start, updatedAt: now, owner: owner
        )
        var hold = RelayHold(relay, record: record, version: stored?.version ?? 0, store: store)
        do {
            try await hold.write(record)
            return hold
        } catch is Lost {
            return nil
        }
    }

    /// Lets go for an owner that does not know whether it took over. Where it did not, nothing happens.
    static func release(
        _ relay: RelayName, by owner: String, in store: any DocumentStore, at now: Timestamp
    ) async throws {
        guard let (record, version) = try await stored(relay, in: store), record.owner == owner else { return }
        var hold = RelayHold(relay, record: record, version: version, store: store)
        try await hold.release(record.checkpoint, at: now)
    }

    private init(_ relay: RelayName, record: RelayRecord, version: Int64, store: any DocumentStore) {
        self.record = record
        self.version = version
        self.store = store
        author = ProjectionName("relay/\(CanonicalDigest.hexadecimal(of: [relay.rawValue]).prefix(32))")
    }

    /// Stores a checkpoint, or only shows that the owner lives.
    ///
    /// - Throws: ``Lost``, or the store's errors; the write may be repeated then.
    mutating func save(_ checkpoint: Checkpoint, at now: Timestamp) async throws {
        var next = record
        next.checkpoint = checkpoint
        next.updatedAt = now
        try await write(next)
    }

    /// Stores a checkpoint and lets go, so that another relay need not wait.
    mutating func release(_ checkpoint: Checkpoint, at now: Timestamp) async throws {
        var next = record
        next.checkpoint = checkpoint
        next.updatedAt = now
        next.owner = nil
        try await write(next)
    }

    private mutating func write(_ next: RelayRecord) async throws {
        let condition = version == 0 ? VersionCondition.absent : .version(version)
        do {
            try await store.write(DocumentBatch([.put(next, if: condition)], author: author))
            version += 1
        } catch LedgerError.Code.conflict {
            // An earlier write whose answer was lost may have been made after all: the owner tells.
            let key = DocumentKey(RelayRecord.collection, DocumentID(next.id))
            guard let document = try await store.document(key), document.version > version,
                try document.decode(RelayRecord.self).owner == record.owner
            else { throw Lost() }
            version = document.version
            try await write(next)
            return
        }
        record = next
    }
}
