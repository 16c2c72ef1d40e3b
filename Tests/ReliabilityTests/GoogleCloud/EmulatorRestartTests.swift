import EventLedger
import EventLedgerGCP
import GCPTestSupport
import TestSupport
import Testing

extension CloudReliabilityTests {
    /// An emulator of Firestore is killed, started again, and stopped in the middle of what it does, while clients commit.
    ///
    /// It keeps its data in memory, so what these tests prove is about the clients: they ride it out or are refused with typed
    /// errors within their deadline, go on afterwards on the connections that they make anew, and take nothing for granted of
    /// what they remember. What was exported before the kill must be there; that acknowledged commits outlive a crash of the
    /// service cannot be shown on an emulator.
    @Suite(
        "Restarts, Firestore", .enabled(if: GCPServices.hasFirestore, GCPServices.hint), .serialized,
        .timeLimit(.minutes(20))
    )
    struct EmulatorRestartTests {
        @Test("A server that is killed and comes back with its documents is ridden out")
        func killed() async throws {
            try await withPrivateEmulator { emulator in
                let project = GCPServices.newProject()
                let cloud = { GCPServices.client(project, at: [.firestore: emulator.host]) }
                let work = CloudWork()
                let options = ListedLedger.options(deadline: .seconds(120))
                let ledgers = try (0..<2).map { _ in try ListedLedger(cloud(), options) }
                for _ in 0..<TestRun.count(1, thorough: 4) {
                    // Nothing is written while it exports, for what it exports then is not of one moment.
                    try await work.run(on: ledgers, writers: 4, commits: TestRun.count(6, thorough: 30))
                    async let restarted: Void = emulator.restart(
                        keeping: project, away: TestRun.count(1, thorough: 8))
                    try await emulator.hasGone()
                    try await work.run(on: ledgers, writers: 6, commits: 3, completing: false)
                    try await restarted
                    try await work.run(on: ledgers, writers: 4, commits: 3)
                    #expect(work.refused.isEmpty, "\(work.refused)")
                }
                let problems = try await work.problems(in: ListedLedger(cloud()))
                #expect(problems.isEmpty, "\(problems.prefix(5))")
            }
        }

        @Test("A server that is killed among commits and comes back empty is taken as it is")
        func emptied() async throws {
            try await withPrivateEmulator { emulator in
                let project = GCPServices.newProject()
                let cloud = { GCPServices.client(project, at: [.firestore: emulator.host]) }
                let work = CloudWork()
                let options = ListedLedger.options(deadline: .seconds(20))
                let ledgers = try (0..<2).map { _ in try ListedLedger(cloud(), options) }
                async let writing: Void = work.runUntilStopped(on: ledgers, writers: 6)
                let end = ContinuousClock.now + .seconds(60)
                while !work.work.items.contains(where: { $0.receipt != nil }), ContinuousClock.now < end {
                    try await Task.sleep(for: .milliseconds(10))
                }
                try await emulator.restart()
                work.stop()
                try await writing
                let before = Set(work.work.items.filter { $0.receipt != nil }.map(\.number))
                try await work.run(on: ledgers, writers: 6, commits: 3, completing: false)
                // What the emulator had in memory is gone with it. What is there now is whole, and nothing is lost of what was
                // acknowledged since.
                let ledger = try ListedLedger(cloud())
                let lost = try await LedgerAudit(of: work.work, in: ledger, keepsAcknowledged: false).report().lost
                #expect(!lost.isEmpty, "The emulator was not killed.")
                #expect(lost.isSubset(of: before), "\(lost.subtracting(before).sorted())")
                work.work.forget(lost)
                let problems = try await work.problems(in: ledger)
                #expect(problems.isEmpty, "\(problems.prefix(5))")
            }
        }

        @Test("A server that stands still for a while is waited for")
        func frozen() async throws {
            try await withPrivateEmulator { emulator in
                let project = GCPServices.newProject()
                let cloud = { GCPServices.client(project, at: [.firestore: emulator.host]) }
                let work = CloudWork()
                let patient = try ListedLedger(cloud())
                let impatient = try ListedLedger(cloud(), ListedLedger.options(deadline: .milliseconds(700)))
                try await work.run(on: [patient, impatient], writers: 4, commits: 2)
                for _ in 0..<TestRun.count(2, thorough: 8) {
                    async let writing: Void = work.runUntilStopped(on: [patient, impatient], writers: 6)
                    // Somewhere in the middle of what it does.
                    try await Task.sleep(for: .milliseconds(Int.random(in: 0...200)))
                    try await emulator.freeze()
                    try await Task.sleep(for: .seconds(TestRun.count(2, thorough: 10)))
                    try await emulator.thaw()
                    work.stop()
                    try await writing
                }
                #expect(!work.refused.isEmpty, "The impatient were kept waiting.")
                // What was given up may be done as long as the server has not caught up.
                try await work.run(on: [patient], writers: 4, commits: 3)
                let problems = try await work.problems(in: ListedLedger(cloud()))
                #expect(problems.isEmpty, "\(problems.prefix(5))")
            }
        }
    }
}
