public import EventLedger

/// What agents may do: less than the system itself.
public enum AgentScope {
    /// The collections `summaries`, `notifications` and `insights`, the event `agent.acted` in the agents' own streams, and
    /// nothing else. Reading is not restricted.
    public static let scope = Scope(
        collections: [SummaryDocument.collection, "notifications", InsightDocument.collection],
        eventTypes: [AgentActed.eventType], categories: ["agent"])

    /// The stream of an agent.
    static func stream(of agent: String) -> StreamName { StreamName("agent-\(agent)") }
}
