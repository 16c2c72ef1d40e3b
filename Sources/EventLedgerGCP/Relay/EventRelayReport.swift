public import EventLedger

/// What a relay did since it was started.
public struct EventRelayReport: Hashable, Sendable {
    /// The relay.
    public let relay: RelayName
    /// Up to where everything is confirmed and stored.
    public internal(set) var checkpoint: Checkpoint
    /// How many events the target confirmed.
    public internal(set) var events = 0
    /// How many batches the target confirmed.
    public internal(set) var batches = 0
    /// How many events the target refused for good.
    public internal(set) var refused = 0
    /// How long it took.
    public internal(set) var duration: Duration = .zero

    init(relay: RelayName, checkpoint: Checkpoint) {
        self.relay = relay
        self.checkpoint = checkpoint
    }

    /// Events confirmed in a second, on the average since the start; 0 where no time has passed.
    public var eventsPerSecond: Double {
        let seconds = duration / .seconds(1)
        return seconds > 0 ? Double(events) / seconds : 0
    }
}
