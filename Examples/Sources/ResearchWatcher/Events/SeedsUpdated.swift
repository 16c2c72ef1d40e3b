public import EventLedger

/// A user said what they want to hear about.
public struct SeedsUpdated: Event, Hashable {
    public static let eventType: EventType = "seeds.updated"
    /// The id of the user.
    public let uid: String
    /// What they want to hear about from now on.
    public let seeds: Seeds

    /// Makes the event.
    public init(uid: String, seeds: Seeds) {
        self.uid = uid
        self.seeds = seeds
    }

    public var tags: Set<EventTag> { [EventTag("user:\(uid)")] }
}
