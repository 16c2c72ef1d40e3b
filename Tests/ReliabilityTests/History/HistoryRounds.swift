import TestSupport
import Testing

/// Histories that are made and checked, one after the other.
enum HistoryRounds {
    /// - Parameters:
    ///   - few: How many rounds an ordinary run has.
    ///   - many: How many a thorough one has.
    ///   - run: Makes the history of a seed.
    static func check(
        _ few: Int = 2, thorough many: Int = 40, _ run: (UInt64) async throws -> History
    ) async throws {
        for seed in try TestRun.seeds(few, thorough: many) {
            let history = try await run(seed)
            let violations = HistoryChecker.violations(of: history)
            guard !violations.isEmpty else {
                expectVariety(in: history, seed)
                continue
            }
            let first = violations.prefix(10).map(\.description).joined(separator: "\n  ")
            Issue.record(
                """
                The history of seed \(seed) breaks \(violations.count) rules; \(TestRun.hint(seed)) makes \
                the same commits again, though not at the same moments:
                  \(first)
                """
            )
            return
        }
    }

    /// A history in which nobody is ever in another's way proves nothing.
    private static func expectVariety(in history: History, _ seed: UInt64) {
        let committed = history.attempts.filter { if case .committed = $0.outcome { true } else { false } }
        let refused = history.attempts.filter { if case .conflict = $0.outcome { true } else { false } }
        #expect(committed.count > 10, "\(TestRun.hint(seed))")
        #expect(refused.count > 0, "\(TestRun.hint(seed))")
        #expect(history.reads.contains { !$0.events.isEmpty }, "\(TestRun.hint(seed))")
    }
}
