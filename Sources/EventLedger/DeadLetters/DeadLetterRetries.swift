/// What became of letters that were to be retried together.
public struct DeadLetterRetries: Hashable, Sendable {
    /// How many were sent back.
    public internal(set) var retried = 0
    /// How many were left open, because nobody takes them up; see ``DeadLetter/isRetryable``.
    public internal(set) var left = 0
}

extension DeadLetter {
    /// Refuses the retry of a letter that nobody would take up: marked as retried it would be out of sight, and in time be
    /// purged. A store calls this before it marks an open letter.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/unsupported``.
    public func checkRetry() throws {
        guard !isRetryable else { return }
        throw LedgerError(
            .unsupported,
            "Nobody takes up the dead letter '\(id)' of '\(origin)' when it is retried. Put right what failed (correct a "
                + "projection, then start it again or rebuild it; send again what a target refused), then resolve the letter "
                + "with a note.",
            details: ["id": id.rawValue, "origin": origin]
        )
    }
}
