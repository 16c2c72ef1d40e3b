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

    /// Kills a process after some acknowledgements and a moment more. Now and then another one is at work beside it.
    ///
    /// - Returns: What was acknowledged.
    private func killOne(
        of children: ChildGroup, using random: inout SeededGenerator
    ) async throws -> [Acknowledgement] {
        let witness =
            Int.random(in: 0..<4, using: &random) == 0
            ? try children.start("commit", Self.settings(using: &random), seed: random.next()) : nil
        if let witness {
            let works = try await witness.output.wait(for: 1, of: "ack")
            try #require(works, "The other process ended early: \(TestRun.hint)")
        }

        let child = try children.start("commit", Self.settings(using: &random), seed: random.next())
        let count = Int.random(in: 0...24, using: &random)
        // Before its first acknowledgement a process opens the file, makes it, or mends what the one before left behind.
        let isAlive = try await child.output.wait(for: max(1, count), of: count == 0 ? "started" : "ack")
        spin(upTo: count == 0 ? 15_000 : 3000, using: &random)
        let ending = try await child.killed()
        try #require(isAlive && ending.status == -9, "\(ending.summary), \(TestRun.hint)")
        guard let witness else { return child.output.acknowledgements }

        // The other one goes on, and has noticed nothing but a wait.
        let seen = witness.output.count("ack")
        let goesOn = try await witness.output.wait(for: seen + 3, of: "ack")
        witness.say("stop")
        let end = try await witness.succeeded()
        #expect(goesOn && witness.output.count("refused") == 0, "\(end.summary), \(TestRun.hint)")
        return child.output.acknowledgements + witness.output.acknowledgements
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
