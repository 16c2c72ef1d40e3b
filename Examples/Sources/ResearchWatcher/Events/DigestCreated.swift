public import EventLedger

/// A user's best papers of a run were chosen.
public struct DigestCreated: Event, Hashable {
    public static let eventType: EventType = "digest.created"
    /// The id of the run.
    public let run: String
    /// When the run started: of a user's digests the one of the latest run counts, whichever was recorded last.
    public let startedAt: Timestamp
    /// The digest.
    public let digest: Digest

    /// Makes the event.
    public init(run: String, startedAt: Timestamp, digest: Digest) {
        self.run = run
        self.startedAt = startedAt
        self.digest = digest
    }

    public var tags: Set<EventTag> { [EventTag("user:\(digest.user)")] }
}
