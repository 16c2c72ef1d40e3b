/// How often and when a failed task is tried again. The terms are those of Google Cloud Tasks.
///
/// A task ends at the first limit that is reached, attempts or duration. (Cloud Tasks itself ends it only when both are
/// exhausted; our limits are kept by us.)
public struct RetryPolicy: Hashable, Sendable, Codable {
    /// How many attempts there are in all, from 1; `nil` for no limit.
    public var maxAttempts: Int?
    /// How long after the first attempt a new one may begin; `nil` for no limit.
    public var maxRetryDuration: Duration?
    /// The wait after the first failure.
    public var minBackoff: Duration
    /// The longest wait.
    public var maxBackoff: Duration
    /// How often the wait is doubled; after that it grows by the last doubled wait each time.
    public var maxDoublings: Int

    /// Makes a policy. The defaults: 5 attempts, no limit of duration, waits from 1 second to 1 hour, 16 doublings.
    public init(
        maxAttempts: Int? = 5, maxRetryDuration: Duration? = nil, minBackoff: Duration = .seconds(1),
        maxBackoff: Duration = .seconds(3600), maxDoublings: Int = 16
    ) {
        self.maxAttempts = maxAttempts
        self.maxRetryDuration = maxRetryDuration
        self.minBackoff = minBackoff
        self.maxBackoff = maxBackoff
        self.maxDoublings = maxDoublings
    }

    /// The wait before the next attempt.
    ///
    /// - Parameter attempts: How many have failed, from 1.
    /// - Returns: `minBackoff`, doubled `maxDoublings` times, then grown linearly, at most `maxBackoff`.
    public func backoff(afterAttempts attempts: Int) -> Duration {
        let failures = max(attempts - 1, 0)
        let doublings = min(failures, maxDoublings, 60)
        // In microseconds and as doubles, because whole numbers of a long policy overflow before the longest wait cuts them.
        let doubled = Double(minBackoff.wholeMicroseconds) * Double(Int64(1) << Int64(doublings))
        let wait = doubled * Double(1 + failures - doublings)
        return wait < Double(maxBackoff.wholeMicroseconds) ? .microseconds(Int64(wait)) : maxBackoff
    }

    /// Whether another attempt may be made.
    ///
    /// - Parameters:
    ///   - attempts: How many were made.
    ///   - firstAttemptAt: When the first began.
    ///   - next: When the next one would begin.
    public func allowsAttempt(after attempts: Int, firstAttemptAt: Timestamp, at next: Timestamp) -> Bool {
        if let maxAttempts, attempts >= maxAttempts { return false }
        if let maxRetryDuration, next - firstAttemptAt > maxRetryDuration { return false }
        return true
    }

    /// Checks the ranges.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/invalidValue``.
    public func validate() throws {
        guard maxAttempts.map({ $0 >= 1 }) ?? true, maxRetryDuration.map({ $0 > .zero }) ?? true, minBackoff >= .zero,
            maxBackoff >= minBackoff, maxDoublings >= 0
        else {
            throw LedgerError(
                .invalidValue,
                "The retry policy contradicts itself: attempts from 1, durations above zero, minBackoff at most maxBackoff, "
                    + "doublings from 0."
            )
        }
    }
}
