public import EventLedger

/// What a run is about: it travels with every task, so that a worker needs to ask nobody.
public struct RunInfo: Codable, Sendable, Hashable {
    /// The id of the run.
    public let id: String
    /// When it started.
    public let startedAt: Timestamp
    /// The year that scores are counted from.
    public let year: Int
    /// Where the papers come from.
    public let source: CorpusSource

    /// Makes the facts of a run.
    ///
    /// - Parameters:
    ///   - id: its id; a new time-ordered one unless given.
    ///   - startedAt: when it started.
    ///   - year: the year that scores are counted from.
    ///   - source: where the papers come from.
    public init(
        id: String = EventID.timeOrdered().rawValue, startedAt: Timestamp, year: Int, source: CorpusSource
    ) {
        self.id = id
        self.startedAt = startedAt
        self.year = year
        self.source = source
    }

    /// The stream of the run's beginning and end.
    public var stream: StreamName { StreamName("run-\(id)") }

    /// What the run's events carry.
    public var origin: Origin {
        Origin(run: id, actor: "collector", provenance: ["research-watcher", "corpus:\(source.name)"])
    }
}
