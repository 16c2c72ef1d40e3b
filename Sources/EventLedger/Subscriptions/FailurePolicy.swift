/// What a consumer does with an event that it cannot handle.
///
/// The event is tried again as ``retry`` says. When that has been in vain it is recorded as a dead letter, and only then does
/// the checkpoint move past it, if ``action`` lets it. The letter's id is derived from consumer and event, so a crash in between
/// makes no second letter.
public struct FailurePolicy: Hashable, Sendable {
    /// What becomes of the consumer when the dead letter is recorded.
    public enum Action: String, Hashable, Sendable, Codable, CaseIterable {
        /// It stops in front of the event, with an error.
        case stop
        /// It goes on without the event.
        case skip
        /// It goes on with other streams. Later events of the same stream wait until a person has retried or resolved the
        /// letter, and are then handled in order: with the event, or, where the letter was resolved, without it.
        case parkStream
    }

    /// How often, and after which waits, the event is tried again first.
    public var retry: RetryPolicy
    /// What comes then.
    public var action: Action

    /// Makes a policy.
    public init(retry: RetryPolicy, then action: Action) {
        self.retry = retry
        self.action = action
    }

    /// One attempt, then stop. A projection is pure: what failed once fails again.
    public static let stop = FailurePolicy(retry: RetryPolicy(maxAttempts: 1), then: .stop)
    /// One attempt, then go on without the event.
    public static let skip = FailurePolicy(retry: RetryPolicy(maxAttempts: 1), then: .skip)
    /// One attempt, then let the stream wait.
    public static let parkStream = FailurePolicy(retry: RetryPolicy(maxAttempts: 1), then: .parkStream)
    /// The attempts of ``RetryPolicy``'s defaults, then stop: for effects outside, which may succeed later.
    public static let retryThenStop = FailurePolicy(retry: RetryPolicy(), then: .stop)
}

/// Counts the attempts on one event.
struct FailedAttempts {
    let event: EventID
    let firstFailedAt: Timestamp
    var count = 0
}
