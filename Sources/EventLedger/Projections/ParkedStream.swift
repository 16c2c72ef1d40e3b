/// A stream whose events a projection lets wait, because one of them could not be applied.
///
/// Only the place is kept: the events are in the ledger. They wait from ``revision`` on, up to the projection's checkpoint.
struct ParkedStream: DocumentModel, Hashable {
    static let collection: CollectionName = "_parked"

    let id: String
    /// The build that parked it.
    let consumer: String
    let stream: StreamName
    /// The first event that waits.
    var revision: Revision
    /// The letter that a person has to decide about; `nil` once that has been acted upon and events are being caught up on.
    var letter: DeadLetterID?

    init(consumer: String, stream: StreamName, revision: Revision, letter: DeadLetterID?) {
        id = CanonicalDigest.hexadecimal(of: [consumer, stream.rawValue])
        self.consumer = consumer
        self.stream = stream
        self.revision = revision
        self.letter = letter
    }

    var key: DocumentKey { DocumentKey(Self.collection, DocumentID(id)) }

    static func query(consumer: String) -> DocumentQuery {
        DocumentQuery(collection, where: [.init("consumer", .equal, .string(consumer))], limit: 500)
    }
}

/// The parked streams of a build: what is stored, and what the next batch changes.
struct ParkedStreams {
    private struct Entry {
        var record: ParkedStream
        var version: Int64?
        var isChanged = false
        var isGone = false
    }

    private var entries: [StreamName: Entry] = [:]

    static func load(
        consumer: String, partition: Partition, from store: any DocumentReader
    ) async throws -> ParkedStreams {
        var result = ParkedStreams()
        for try await document in store.all(ParkedStream.query(consumer: consumer)) {
            let record = try document.decode(ParkedStream.self)
            guard partition.contains(record.stream) else { continue }
            result.entries[record.stream] = Entry(record: record, version: document.version)
        }
        return result
    }

    /// Whether no stream waits.
    var isEmpty: Bool { entries.isEmpty }
    var changedCount: Int { entries.values.count(where: \.isChanged) }
    var records: [ParkedStream] { entries.values.map(\.record).sorted { $0.stream < $1.stream } }

    func record(of stream: StreamName) -> ParkedStream? { entries[stream]?.record }
    func contains(_ stream: StreamName) -> Bool { entries[stream] != nil }

    /// Lets a stream wait, or wait from elsewhere.
    mutating func park(_ record: ParkedStream) {
        entries[record.stream] = Entry(record: record, version: entries[record.stream]?.version, isChanged: true)
    }

    /// Lets a stream go on.
    mutating func release(_ stream: StreamName) {
        entries[stream]?.isChanged = true
        entries[stream]?.isGone = true
    }

    /// The changes since the last ``markWritten()``, each conditional on the version that was read.
    func pendingWrites() throws -> [DocumentWrite] {
        try entries.values.filter(\.isChanged).sorted { $0.record.stream < $1.record.stream }.map { entry in
            let condition = entry.version.map(VersionCondition.version) ?? .absent
            return entry.isGone ? .delete(entry.record.key, if: condition) : try .put(entry.record, if: condition)
        }
    }

    /// Notes that the pending writes were made.
    mutating func markWritten() {
        for (stream, entry) in entries where entry.isChanged {
            entries[stream] = entry.isGone ? nil : Entry(record: entry.record, version: (entry.version ?? 0) + 1)
        }
    }
}
