package import Logging

extension LedgerError {
    /// Whether the same call may succeed a little later: what was asked did not answer, or not in time.
    package var mayPass: Bool { code == .timeout || code == .unavailable }
}

extension RetryPolicy {
    /// For services, which run without end: a store that is away for a while must not end the process.
    package static let untilItPasses = RetryPolicy(
        maxAttempts: nil, minBackoff: .seconds(1), maxBackoff: .seconds(30), maxDoublings: 5
    )

    /// Does something again for as long as its error may pass and the policy allows it, with a line in the log each time.
    ///
    /// - Parameters:
    ///   - complaint: What the log says.
    ///   - clock: For the waits.
    ///   - logger: Where it is said, as a warning.
    ///   - facts: What the line says beside the error and the number of failures.
    ///   - body: What is done. It may have been done in part when it is called again.
    /// - Throws: What the body throws for good, or for the last time; `CancellationError`, also from a wait.
    package func ridingOut<Value>(
        _ complaint: Logger.Message, clock: any LedgerClock, logger: Logger, _ facts: Logger.Metadata,
        _ body: () async throws -> Value
    ) async throws -> Value {
        var failures = 0
        let start = clock.now
        while true {
            do {
                return try await body()
            } catch let error as LedgerError where error.mayPass {
                failures += 1
                let wait = backoff(afterAttempts: failures)
                guard allowsAttempt(after: failures, firstAttemptAt: start, at: clock.now + wait) else { throw error }
                var metadata = facts
                metadata["error"] = "\(error)"
                metadata["failures"] = "\(failures)"
                logger.warning(complaint, metadata: metadata)
                try await clock.sleep(for: wait)
            }
        }
    }
}
