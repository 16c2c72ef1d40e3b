public import EventLedger

/// A user searched the papers.
public struct SearchExecuted: Event, Hashable {
    public static let eventType: EventType = "search.executed"
    /// The id of the user.
    public let uid: String
    /// What they searched for, as they wrote it.
    public let query: String
    /// How many papers were found.
    public let resultsCount: Int
    /// How long it took, in milliseconds.
    public let durationMs: Int
    /// When.
    public let ts: Timestamp

    /// Makes the event.
    public init(uid: String, query: String, resultsCount: Int, durationMs: Int, ts: Timestamp) {
        self.uid = uid
        self.query = query
        self.resultsCount = resultsCount
        self.durationMs = durationMs
        self.ts = ts
    }

    public var tags: Set<EventTag> { [EventTag("user:\(uid)")] }
}
