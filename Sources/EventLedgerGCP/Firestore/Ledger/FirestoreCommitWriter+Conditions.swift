import EventLedger
import Synchronization

extension FirestoreCommitWriter {
    /// Looks for what conditions forbid, as far as the partition is known to go. The writer has only what came after that to
    /// look for, as a rule nothing; so a query that takes long holds up the one who asks it, and nobody else.
    ///
    /// Nothing is refused here: the commit may have been made before, which only the writer finds out.
    ///
    /// - Parameter start: Since when the commit is under way.
    /// - Throws: ``LedgerError``, with nothing written.
    func judge(
        _ conditions: [CommitCondition], from start: ContinuousClock.Instant
    ) async throws -> [CommitCondition: ConditionJudgement] {
        guard !conditions.isEmpty else { return [:] }
        let end = start + options.commitDeadline
        var failures = 0
        while true {
            do {
                return try await judge(conditions, in: partition.answering(within: max(end - .now, .milliseconds(1))))
            } catch  where isPassing(error) {
                try Task.checkCancellation()
                failures += 1
                await pause(afterFailures: failures, until: end)
                guard .now < end else {
                    throw LedgerError(
                        LedgerError.Code.unavailable ~= error ? .unavailable : .timeout,
                        "The conditions of a commit could not be checked in \(partition.resource) within "
                            + "\(options.commitDeadline). Nothing was written; try again.",
                        underlying: error
                    )
                }
            }
        }
    }

    private func judge(
        _ conditions: [CommitCondition], in partition: FirestorePartition
    ) async throws -> [CommitCondition: ConditionJudgement] {
        let known = state.withLock { $0.position }
        let through = Position(known > 0 ? known : try await partition.head().position)
        let query = FirestoreEventQuery(partition)
        var judgements: [CommitCondition: ConditionJudgement] = [:]
        for condition in conditions where condition.position < through {
            let found = try await query.firstPosition(
                matching: condition.query, after: condition.position, through: through, at: nil
            )
            judgements[condition] = ConditionJudgement(through: through, found: found)
        }
        return judgements
    }
}
