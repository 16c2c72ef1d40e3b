public import EventLedger

/// Every user of a run has their digest, or was given up.
public struct RunCompleted: Event, Hashable {
    public static let eventType: EventType = "run.completed"
    /// The id of the run.
    public let run: String
    /// How many users it had.
    public let users: Int
    /// How many of them have their digest.
    public let digests: Int
    /// The ids of the others, by bytes.
    public let failed: [String]

    /// Makes the event.
    public init(run: String, users: Int, digests: Int, failed: [String]) {
        self.run = run
        self.users = users
        self.digests = digests
        self.failed = failed
    }
}
