import EventLedger
import EventLedgerSQLite
import EventLedgerTesting
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A process that is stopped in the midst of a commit holds the ledger's lock for as long as it stands still.
@Suite("Stopped while it holds the lock", .timeLimit(.minutes(10))) struct StoppedProcessTests {
    /// What becomes of the process that was stopped.
    enum Fate: Sendable, CaseIterable {
        case goesOn, isKilled
    }

    @Test(arguments: Fate.allCases) func theOthersGetATimeoutAndNothingIsLost(fate: Fate) async throws {
        var random = try TestRun.generator(fate == .goesOn ? 2001 : 2002)
        try await withChildren { children in
            // Both stand ready before the first is stopped: opening a ledger takes the lock too.
            let settings = ["waits": 1, "patience": 150, "checkpoints": 10, "filler": 3000, "completions": 0]
            let stopped = try children.start("commit", settings, seed: random.next())
            let other = try children.start("commit", settings, seed: random.next())
            for child in [stopped, other] { #expect(try await child.output.wait(for: 1, of: "opened")) }
            try await children.withLedger(patience: .milliseconds(100)) { ledger in
                stopped.say("go")
                try await stopWithLock(stopped, of: children.path, using: &random)

                try await expectTimeouts(of: ledger)
                other.say("go")
                #expect(try await other.output.wait(for: 3, of: "refused"))
                #expect(other.output.count("ack") == 0, "\(TestRun.hint)")

                stopped.send(fate == .goesOn ? SIGCONT : SIGKILL)
                #expect(try await other.output.wait(for: 5, of: "ack"))
            }
            if fate == .goesOn {
                let count = stopped.output.count("ack")
                #expect(try await stopped.output.wait(for: count + 2, of: "ack"))
            }

            for child in [stopped, other] { child.say("stop") }
            try await other.succeeded()
            let ending = try await stopped.ended()
            #expect(ending.status == (fate == .goesOn ? 0 : -9), "\(ending.summary)")
            let told = stopped.output.acknowledgements + other.output.acknowledgements
            try await children.withLedger { ledger in
                let inspection = try await LedgerInspection(ledger, acknowledged: told)
                #expect(inspection.problems.isEmpty, "\(TestRun.hint): \(inspection.problems.prefix(5))")
            }
        }
    }

    /// Stops a process that commits without a pause, again and again, until it stands still with the lock in its hands.
    private func stopWithLock(
        _ child: ChildProcess, of path: String, using random: inout SeededGenerator
    ) async throws {
        let lock = try LedgerLock(ofLedger: path)
        for _ in 0..<500 {
            let count = child.output.count("ack")
            try #require(try await child.output.wait(for: count + 1, of: "ack"), "\(TestRun.hint)")
            spin(upTo: 2000, using: &random)
            await child.stop()
            // Nobody else is committing, so whoever holds the lock is the one that stands still.
            if lock.isTaken { return }
            child.send(SIGCONT)
        }
        Issue.record("The process never stood still with the lock: \(TestRun.hint)")
    }

    /// Whatever would change the file is refused; what only reads goes on.
    private func expectTimeouts(of ledger: SQLiteLedger) async throws {
        let commit = try ChildSteps.commit(1, of: "parent/0", to: ["steps-1"])
        for attempt in 1...3 {
            let error = await #expect(throws: LedgerError.self) {
                switch attempt {
                case 1: _ = try await ledger.commit(commit)
                case 2: _ = try await ledger.checkpoint()
                default:
                    _ = try await SQLiteLedger.open(
                        ledger.path, options: SQLiteLedgerOptions(patience: .milliseconds(100)))
                }
            }
            #expect(error?.code == .timeout)
        }
        let events = try await ledger.page(.all).events
        #expect(!events.isEmpty)
        #expect(try await ledger.documents.document(DocumentKey(ChildSteps.Mark.collection, "parent/0/1")) == nil)
    }
}
