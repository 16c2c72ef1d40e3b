import EventLedger
import Synchronization

extension FirestoreCommitWriter {
    /// A position that the partition had reached at some time.
    struct Reached {
        var position: Position = .start
        var at: ContinuousClock.Instant?
    }

    /// Looks for what conditions forbid, as far as the partition goes by now. The writer has only what came after that to look
    /// for, as a rule nothing; so a query that takes long holds up the one who asks it, and nobody else.
    ///
    /// Nothing is refused here: the commit may have been made before, which only the writer finds out.
    ///
    /// - Parameter start: Since when the commit is under way.
    /// - Throws: ``LedgerError``, with nothing written.
    func judge(
        _ conditions: [CommitCondition], from start: ContinuousClock.Instant
    ) async throws -> [CommitCondition: ConditionJudgement] {
        guard !conditions.isEmpty else { return [:] }
        let conditions = Set(conditions)
        let end = start + options.commitDeadline
        var judged: [CommitCondition: ConditionJudgement] = [:]
        var rounds = 0, failures = 0
        while true {
            let round = ContinuousClock.now, known = judged
            let partition = partition.answering(within: max(min(end - round, patience), .milliseconds(1)))
            do {
                judged = try await within(end) {
                    let last = try await self.reached(in: partition)
                    return try await FirestoreEventQuery(partition).judge(conditions, knowing: known, through: last)
                }
                rounds += 1
                // Meanwhile others may have appended much; what came in a short time is little.
                if .now - round < Self.freshness || rounds == 3 { return judged }
            } catch  where isPassing(error) {
                try Task.checkCancellation()
                failures += 1
                await pause(afterFailures: failures, until: end)
                guard .now < end else {
                    throw LedgerError(
                        LedgerError.Code.unavailable ~= error ? .unavailable : .timeout,
                        "The conditions of a commit could not be checked in \(partition.resource) within "
                            + "\(options.commitDeadline). This call has written nothing; try again.",
                        underlying: error is LedgerError ? error : nil
                    )
                }
            }
        }
    }

    /// Notes how far the partition goes.
    func note(_ head: FirestoreHead) {
        state.withLock { $0.reached = Reached(position: Position(head.position), at: .now) }
    }

    private static let freshness = Duration.seconds(1)

    /// How far the partition goes: as it was noted a moment ago, or as its head says.
    private func reached(in partition: FirestorePartition) async throws -> Position {
        let (reached, isDescribed) = state.withLock { ($0.reached, $0.isDescribed) }
        if let at = reached.at, .now - at < Self.freshness { return reached.position }
        let path = partition.paths.head(partition.number), description = partition.paths.description
        let documents = try await partition.database.read(
            isDescribed ? [path] : [path, description], resource: partition.resource
        ).documents
        if let document = documents[description] { try partition.check(document) }
        let head = try FirestoreHead(documents[path])
        note(head)
        return Position(head.position)
    }
}
