/// How a queue hands out its tasks. The terms are those of Google Cloud Tasks.
///
/// Where tasks are leased, the limits hold across all processes that share the queue.
public struct QueueConfiguration: Hashable, Sendable, Codable {
    /// How many tasks may begin in a second, on average, above 0; `nil` for no limit.
    public var dispatchesPerSecond: Double?
    /// How many may begin at once after a pause, from 1.
    public var burst: Int
    /// How many may run at the same time, from 1; `nil` for no limit.
    public var concurrentDispatches: Int?
    /// How failures are retried, unless a task brings its own policy.
    public var retry: RetryPolicy
    /// How long a task that has ended is remembered, so that its name is not enqueued again.
    public var nameRetention: Duration

    /// Makes a configuration. The defaults: no limit of rate and concurrency, burst 10, five attempts, names kept 7 days.
    public init(
        dispatchesPerSecond: Double? = nil, burst: Int = 10, concurrentDispatches: Int? = nil,
        retry: RetryPolicy = RetryPolicy(), nameRetention: Duration = .seconds(7 * 86_400)
    ) {
        self.dispatchesPerSecond = dispatchesPerSecond
        self.burst = burst
        self.concurrentDispatches = concurrentDispatches
        self.retry = retry
        self.nameRetention = nameRetention
    }

    /// Checks the ranges.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/invalidValue``.
    public func validate() throws {
        guard dispatchesPerSecond.map({ $0 > 0 && $0.isFinite }) ?? true, burst >= 1,
            concurrentDispatches.map({ $0 >= 1 }) ?? true, nameRetention >= .zero
        else {
            throw LedgerError(
                .invalidValue,
                "The queue's configuration is out of range: dispatches per second above 0, burst and concurrent dispatches "
                    + "from 1, name retention from 0."
            )
        }
        try retry.validate()
    }
}

/// The token bucket of a queue's rate: a value that backends store, and change in the transaction that leases.
public struct TokenBucket: Hashable, Sendable {
    /// How many tasks may begin now, fractions included.
    public var tokens: Double
    /// When it was filled up last.
    public var updatedAt: Timestamp

    /// Makes a bucket; a queue that is given a rate begins with a full one, which holds the queue's burst.
    public init(tokens: Double, updatedAt: Timestamp) {
        self.tokens = tokens
        self.updatedAt = updatedAt
    }

    /// How many tasks may begin now, at the most `wanted`. Time that runs backwards adds nothing.
    ///
    /// - Returns: `Int.max` where the queue has no rate.
    public mutating func refill(for configuration: QueueConfiguration, now: Timestamp) -> Int {
        guard let rate = configuration.dispatchesPerSecond else { return .max }
        if now > updatedAt {
            tokens = min(Double(configuration.burst), tokens + (now - updatedAt).inSeconds * rate)
            updatedAt = now
        }
        tokens = min(tokens, Double(configuration.burst))
        // The burst may be any integer, and the greatest as a double is beyond the greatest integer.
        return Int(min(tokens + 1e-9, 1e15))
    }

    /// Takes out what begins.
    public mutating func take(_ count: Int) { tokens = max(0, tokens - Double(count)) }

    /// When the next token is there.
    public func nextToken(for configuration: QueueConfiguration) -> Timestamp {
        guard let rate = configuration.dispatchesPerSecond, tokens < 1 else { return updatedAt }
        // A rate of almost nothing means a time beyond all times.
        let wait = min((1 - tokens) / rate * 1_000_000, 9e17)
        return updatedAt + .microseconds(Int64(wait.rounded(.up)))
    }
}
