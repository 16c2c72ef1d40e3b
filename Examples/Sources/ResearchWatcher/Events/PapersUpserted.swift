public import EventLedger

/// Papers were found for a user. A user with many papers has several such events in a run.
public struct PapersUpserted: Event, Hashable {
    public static let eventType: EventType = "papers.upserted"
    /// The id of the run.
    public let run: String
    /// The id of the user they were found for.
    public let uid: String
    /// The year that their scores are counted from.
    public let year: Int
    /// The papers.
    public let papers: [Paper]

    /// Makes the event.
    public init(run: String, uid: String, year: Int, papers: [Paper]) {
        self.run = run
        self.uid = uid
        self.year = year
        self.papers = papers
    }

    public var tags: Set<EventTag> { [EventTag("user:\(uid)")] }
}
