public import EventLedger

/// A user's digest, as the collection `digests` shows it: that of the latest run.
public struct DigestDocument: DocumentModel, Hashable {
    public static let collection: CollectionName = "digests"
    /// The id of the user.
    public let id: String
    /// The id of the run.
    public let run: String
    /// When the run started.
    public let startedAt: Timestamp
    /// The digest.
    public let digest: Digest

    /// Makes a document of an event.
    public init(_ created: DigestCreated) {
        id = created.digest.user
        run = created.run
        startedAt = created.startedAt
        digest = created.digest
    }

    /// Whether this digest counts before another.
    ///
    /// The start of the run decides: where the work of two runs overlaps, which was recorded last is an accident.
    func isLater(than other: DigestDocument) -> Bool {
        if startedAt != other.startedAt { return startedAt > other.startedAt }
        return ByteOrder.precedes(other.run, run)
    }
}
