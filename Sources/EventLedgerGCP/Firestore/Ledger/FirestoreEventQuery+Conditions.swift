import EventLedger

extension FirestoreEventQuery {
    private static let callsAtOnce = 32

    /// Looks for what conditions forbid, up to a position: one call for each and page, so many at the same time.
    ///
    /// - Parameters:
    ///   - judged: What was found before; it need not be looked at again. What goes beyond the position is of a ledger that has
    ///     been deleted, and counts for nothing.
    ///   - last: Up to where.
    /// - Returns: For every condition what there is up to there.
    func judge(
        _ conditions: Set<CommitCondition>, knowing judged: [CommitCondition: ConditionJudgement],
        through last: Position, at readTime: String? = nil
    ) async throws -> [CommitCondition: ConditionJudgement] {
        var judgements: [CommitCondition: ConditionJudgement] = [:]
        var waiting: [(condition: CommitCondition, after: Position)] = []
        for condition in conditions {
            let known = judged[condition].flatMap { $0.through <= last ? $0 : nil }
            let after = max(condition.position, known?.through ?? .start)
            if let known, known.found != nil {
                judgements[condition] = known
            } else if after < last {
                waiting.append((condition, after))
            } else {
                judgements[condition] = ConditionJudgement(through: last, found: nil)
            }
        }
        guard !waiting.isEmpty else { return judgements }
        return try await withThrowingTaskGroup(of: (CommitCondition, Position?).self) { group in
            var running = 0
            while true {
                while running < Self.callsAtOnce, let (condition, after) = waiting.popLast() {
                    group.addTask {
                        let position = try await firstPosition(
                            matching: condition.query, after: after, through: last, at: readTime
                        )
                        return (condition, position)
                    }
                    running += 1
                }
                guard let (condition, position) = try await group.next() else { return judgements }
                running -= 1
                judgements[condition] = ConditionJudgement(through: last, found: position)
            }
        }
    }
}
