public import EventLedger

/// An agent wrote a document.
public struct AgentActed: Event, Hashable {
    public static let eventType: EventType = "agent.acted"
    /// The name of the agent.
    public let agent: String
    /// What it did, such as `summarized`.
    public let action: String
    /// The document that it wrote: collection and id.
    public let document: String
    /// Why, for a person.
    public let reason: String

    /// Makes the event.
    public init(agent: String, action: String, document: String, reason: String) {
        self.agent = agent
        self.action = action
        self.document = document
        self.reason = reason
    }
}
