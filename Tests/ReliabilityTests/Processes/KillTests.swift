import EventLedgerTesting
import TestSupport
import Testing

/// Processes are killed while they commit. Whatever they were doing, nothing that they had acknowledged is lost, and no
/// commit is there in part.
@Suite("Kill", .timeLimit(.minutes(60))) struct KillTests {
    private static let files = TestRun.count(5, thorough: 50)
    private static let killsPerFile = TestRun.count(10, thorough: 20)

    /// Checking large events takes time: an ordinary run has none.
    private static let fillers = [0, 100, 300, 3000, TestRun.count(1000, thorough: 40_000)]

    /// Each case uses one file again and again, so that what a kill leaves behind meets the next one.
    @Test(arguments: 0..<files) func nothingAcknowledgedIsLostAndNoCommitIsThereInPart(file: Int) async throws {
        var random = try TestRun.generator(file)
        var acknowledged: [Acknowledgement] = []
        try await withChildren { children in
            for kill in 1...Self.killsPerFile {
                acknowledged += try await killOne(of: children, using: &random)
                let told = acknowledged
                try await children.withLedger { ledger in
                    let inspection = try await LedgerInspection(ledger, acknowledged: told)
                    try #require(
                        inspection.problems.isEmpty,
                        "file \(file), kill \(kill), \(TestRun.hint): \(inspection.problems.prefix(5))")
                }
            }
        }
        // Some are killed before their first commit, but if nothing were ever acknowledged, nothing was tried.
        #expect(acknowledged.count > Self.killsPerFile)
    }

    /// Kills a process. Now and then another one is at work beside it.
    ///
    /// - Returns: What was acknowledged.
    private func killOne(
        of children: ChildGroup, using random: inout SeededGenerator
    ) async throws -> [Acknowledgement] {
        let isWitnessed = Int.random(in: 0..<4, using: &random) == 0
        let count = Int.random(in: 0...24, using: &random)
        // Before its first acknowledgement a process opens the file, makes it, or mends what the one before left behind.
        return try await children.killOne(
            "commit", Self.settings, isWitnessed: isWitnessed, after: count, or: "started",
            moment: count == 0 ? 15_000 : 3000, using: &random)
    }

    /// How a process commits: the size of its batches, of its events, and how often it checkpoints.
    private static func settings(using random: inout SeededGenerator) -> [String: Int] {
        [
            "writers": [1, 2, 4, 8].randomElement(using: &random) ?? 1,
            "filler": fillers.randomElement(using: &random) ?? 0,
            "checkpoints": [0, 3, 10, 30].randomElement(using: &random) ?? 0,
            "completions": [0, 2, 5].randomElement(using: &random) ?? 0,
            "synced": Int.random(in: 0...1, using: &random),
        ]
    }
}
