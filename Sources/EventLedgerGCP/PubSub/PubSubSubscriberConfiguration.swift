public import EventLedger

/// How much a subscriber takes at once, and how long it holds it.
public struct PubSubSubscriberConfiguration: Hashable, Sendable {
    /// Messages that are pulled and not yet acknowledged, from 1.
    public var maximumMessages: Int
    /// Bytes of data of those messages; nothing is pulled while they are more.
    public var maximumBytes: Int
    /// Handlers that run at once, from 1.
    public var maximumHandlers: Int
    /// By how much the deadline of an unacknowledged message is extended, again and again while it waits or is handled: 10 to
    /// 600 seconds, a part of a second counting as one. The subscription's own deadline, which counts from the delivery on, must
    /// not be shorter.
    public var acknowledgmentDeadline: Duration
    /// After how long a message is not held any more, so that it is delivered again although its handler still runs.
    public var maximumHold: Duration
    /// The waits before a message whose handler failed is delivered again, at most 600 seconds; the attempts are not limited
    /// here, but by the subscription's dead-letter policy.
    public var backoff: RetryPolicy

    /// Makes a configuration.
    ///
    /// - Parameters:
    ///   - maximumMessages: 1,000 unless given.
    ///   - maximumBytes: 64 MiB unless given.
    ///   - maximumHandlers: 16 unless given.
    ///   - acknowledgmentDeadline: 10 seconds unless given.
    ///   - maximumHold: An hour unless given.
    ///   - backoff: ``EventLedger/RetryPolicy``'s waits unless given, up to 600 seconds.
    public init(
        maximumMessages: Int = 1000, maximumBytes: Int = 64 << 20, maximumHandlers: Int = 16,
        acknowledgmentDeadline: Duration = .seconds(10), maximumHold: Duration = .seconds(3600),
        backoff: RetryPolicy = RetryPolicy(maxAttempts: nil, maxBackoff: .seconds(600))
    ) {
        self.maximumMessages = maximumMessages
        self.maximumBytes = maximumBytes
        self.maximumHandlers = maximumHandlers
        self.acknowledgmentDeadline = acknowledgmentDeadline
        self.maximumHold = maximumHold
        self.backoff = backoff
    }

    func validate() throws {
        try backoff.validate()
        guard maximumMessages >= 1, maximumBytes >= 1, maximumHandlers >= 1,
            acknowledgmentDeadline >= .seconds(10), acknowledgmentDeadline <= .seconds(600), maximumHold > .zero
        else {
            throw LedgerError(
                .invalidValue,
                "A subscriber takes one message, one byte and one handler or more, and extends deadlines by 10 to 600 seconds."
            )
        }
    }
}
