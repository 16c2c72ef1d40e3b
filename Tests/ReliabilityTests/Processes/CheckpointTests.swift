import EventLedger
import EventLedgerSQLite
import Foundation
import TestSupport
import Testing

/// SQLite before 3.51.3 can damage a file when two connections write or checkpoint at the same instant (the WAL-reset bug).
/// A ledger's commits and checkpoints are made under one lock, whatever the number of processes.
@Suite("Concurrent checkpoints", .timeLimit(.minutes(60))) struct CheckpointTests {
    /// How the processes commit and checkpoint.
    enum Traffic: Sendable, CaseIterable {
        /// The log is emptied on request again and again, and copied whenever a process closes the ledger.
        case emptied
        /// The log grows until the ledger copies it by itself, at 16 MiB.
        case grown

        var rounds: Int { self == .emptied ? TestRun.count(4, thorough: 40) : 1 }
        var commitsPerRound: Int {
            self == .emptied ? TestRun.count(8, thorough: 50) : TestRun.count(80, thorough: 2000)
        }
        /// One in so many commits is followed by a checkpoint; 0 for none.
        var checkpoints: Int { self == .emptied ? 4 : 0 }
    }

    @Test(arguments: Traffic.allCases) func manyProcessesCommitAndCheckpointAtOnce(traffic: Traffic) async throws {
        let processes = TestRun.count(3, thorough: 6), writers = 2
        let commits = traffic.rounds * traffic.commitsPerRound
        var random = try TestRun.generator(traffic == .emptied ? 1001 : 1002)
        try await withChildren { children in
            let running = try (0..<processes).map { _ in
                try children.start(
                    "commit",
                    [
                        "writers": writers, "rounds": traffic.rounds, "count": commits, "filler": 3000, "waits": 1,
                        "checkpoints": traffic.checkpoints,
                    ],
                    seed: random.next(), limit: TestRun.count(120, thorough: 3000)
                )
            }
            for child in running { _ = try await child.output.wait(for: 1, of: "opened") }
            for child in running { child.say("go") }
            var acknowledged: [Acknowledgement] = []
            var checkpoints = 0
            for child in running {
                let ending = try await child.succeeded()
                #expect(child.output.count("refused") == 0, "\(ending.summary), \(TestRun.hint)")
                acknowledged += child.output.acknowledgements
                checkpoints += child.output.count("checkpointed")
            }
            #expect(acknowledged.count == processes * writers * commits, "\(TestRun.hint)")
            #expect((checkpoints > 0) == (traffic.checkpoints > 0))
            let told = acknowledged
            try await children.withLedger { ledger in
                let inspection = try await LedgerInspection(ledger, acknowledged: told)
                #expect(inspection.problems.isEmpty, "\(TestRun.hint): \(inspection.problems.prefix(5))")
                #expect(inspection.commitCount == told.count, "\(TestRun.hint)")
                let events = told.reduce(0) { $0 + $1.last - $1.first + 1 }
                #expect(Int64(inspection.events) == events, "\(TestRun.hint)")
            }
        }
    }

    /// The lock is the only way in: while this test holds it, no byte of the file or of its log changes, whatever is asked.
    @Test func withoutTheLockNothingIsWritten() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file()
        let options = SQLiteLedgerOptions(patience: .milliseconds(100))
        let ledger = try await SQLiteLedger.open(path, options: options)
        _ = try await ledger.commit(try ChildSteps.commit(1, of: "child1/0", to: ["steps-1"], filler: 9000))
        let before = try Self.bytes(of: path)
        #expect(!before.log.isEmpty)

        let lock = try LedgerLock(ofLedger: path)
        try #require(lock.take())
        await Self.expectTimeout {
            _ = try await ledger.commit(try ChildSteps.commit(2, of: "child1/0", to: ["steps-1"]))
        }
        await Self.expectTimeout { _ = try await ledger.checkpoint() }
        await Self.expectTimeout {
            _ = try await ledger.leasedTasks.lease(
                from: [ChildSteps.queue], limit: 1, for: .seconds(1), worker: "tester")
        }
        await Self.expectTimeout { _ = try await SQLiteLedger.open(path, options: options) }
        // Reading needs no lock, and the other way of looking at a file does no checkpoint when it is closed either.
        #expect(try await ledger.page(.all).events.count == 1)
        let reader = try await SQLiteLedger.open(path, options: SQLiteLedgerOptions(mode: .readOnly))
        #expect(try await reader.page(.all).events.count == 1)
        await reader.close()
        await ledger.close()
        #expect(try Self.bytes(of: path) == before)

        lock.leave()
        let again = try await SQLiteLedger.open(path, options: options)
        _ = try await again.commit(try ChildSteps.commit(2, of: "child1/0", to: ["steps-1"]))
        _ = try await again.checkpoint()
        let after = try Self.bytes(of: path)
        #expect(after.file != before.file)
        #expect(after.log.isEmpty)
        await again.close()
    }

    private struct FileBytes: Equatable {
        let file: Data
        let log: Data
    }

    private static func bytes(of path: String) throws -> FileBytes {
        FileBytes(
            file: try Data(contentsOf: URL(fileURLWithPath: path)),
            log: FileManager.default.contents(atPath: path + "-wal") ?? Data())
    }

    private static func expectTimeout(
        sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
    ) async {
        let error = await #expect(throws: LedgerError.self, sourceLocation: sourceLocation) { try await body() }
        #expect(error?.code == .timeout, sourceLocation: sourceLocation)
    }
}
