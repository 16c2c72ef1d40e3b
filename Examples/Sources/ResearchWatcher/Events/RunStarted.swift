public import EventLedger

/// The collection for all users began.
public struct RunStarted: Event, Hashable {
    public static let eventType: EventType = "run.started"

    /// How the users' work is done.
    public enum Mode: String, Codable, Sendable, Hashable {
        /// One user after another, by the collector.
        case synchronous
        /// A task for each user, by any number of workers.
        case fanOut = "fan-out"
    }

    /// What the run is about.
    public let run: RunInfo
    /// How the work is done.
    public let mode: Mode
    /// The ids of the users, by bytes.
    public let users: [String]
    /// How much was read from the source.
    public let read: SourceReport
    /// How many papers that are, each counted once.
    public let papers: Int

    /// Makes the event.
    public init(run: RunInfo, mode: Mode, users: [String], read: SourceReport, papers: Int) {
        self.run = run
        self.mode = mode
        self.users = users
        self.read = read
        self.papers = papers
    }
}
