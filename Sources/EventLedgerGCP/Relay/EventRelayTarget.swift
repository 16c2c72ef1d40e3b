public import EventLedger

/// Where a relay copies a ledger's events to.
///
/// What a target owes the relay:
///
/// 1. When ``send(_:)`` returns, the events are durable at the target, those apart that it returns.
/// 2. The same events may be sent again: after an error, after a crash, and by a relay that does not know yet that another
///    one took over. Consumers drop what they know, by revision or by event id.
public protocol EventRelayTarget: Sendable {
    /// What it is, for errors and logs, such as `the topic 'projects/p/topics/t'`.
    var resource: String { get }

    /// How events are put together.
    var batching: EventBatching { get }

    /// How many bytes an event takes in a batch; an upper estimate is enough. Called once an event.
    func size(of event: RecordedEvent) -> Int

    /// Makes events durable at the target; returns only then.
    ///
    /// Calls run in parallel, but never two with events of the same stream: the next one with a stream comes when the one
    /// before has returned. The events stand in the ledger's order.
    ///
    /// - Parameter events: Not empty.
    /// - Returns: The events that the target will never take; all others are durable.
    /// - Throws: ``LedgerError`` with `unavailable` or `timeout`: the batch is sent again, after a wait. Any other error ends
    ///   the relay.
    func send(_ events: [RecordedEvent]) async throws -> [RefusedEvent]
}

/// How a relay puts events together into batches.
public struct EventBatching: Hashable, Sendable {
    /// Events in one batch at the most, from 1.
    public var maximumEvents: Int
    /// Bytes in one batch at the most, as ``EventRelayTarget/size(of:)`` counts them; an event that is larger goes alone.
    public var maximumBytes: Int
    /// How long a new event may wait for company where the relay has caught up.
    public var maximumDelay: Duration
    /// How many batches may be under way at once, 1 to 64.
    public var maximumInFlight: Int

    /// Makes a description.
    ///
    /// - Parameters:
    ///   - maximumEvents: Events in one batch at the most, from 1.
    ///   - maximumBytes: Bytes in one batch at the most, from 1.
    ///   - maximumDelay: 10 milliseconds unless given.
    ///   - maximumInFlight: 1 to 64; 4 unless given.
    public init(
        maximumEvents: Int, maximumBytes: Int, maximumDelay: Duration = .milliseconds(10), maximumInFlight: Int = 4
    ) {
        self.maximumEvents = maximumEvents
        self.maximumBytes = maximumBytes
        self.maximumDelay = maximumDelay
        self.maximumInFlight = maximumInFlight
    }

    func validate() throws {
        guard maximumEvents >= 1, maximumBytes >= 1, maximumDelay >= .zero, (1...64).contains(maximumInFlight) else {
            throw LedgerError(
                .invalidValue,
                "A relay's batches need at least one event and one byte, a delay from zero, and 1 to 64 under way at once."
            )
        }
    }
}

/// An event that a target will never take.
public struct RefusedEvent: Sendable {
    /// The event.
    public let event: RecordedEvent
    /// Why; it becomes the dead letter's error, so it holds no payload.
    public let reason: TaskFailure

    /// Makes a refusal.
    public init(_ event: RecordedEvent, reason: TaskFailure) {
        self.event = event
        self.reason = reason
    }
}
