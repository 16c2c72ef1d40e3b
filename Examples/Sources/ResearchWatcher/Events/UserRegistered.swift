public import EventLedger

/// A user joined.
public struct UserRegistered: Event, Hashable {
    public static let eventType: EventType = "user.registered"
    /// The id of the user.
    public let uid: String
    /// The name to greet them by.
    public let name: String

    /// Makes the event.
    public init(uid: String, name: String) {
        self.uid = uid
        self.name = name
    }

    public var tags: Set<EventTag> { [EventTag("user:\(uid)")] }
}
