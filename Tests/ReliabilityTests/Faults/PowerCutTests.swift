import EventLedger
import EventLedgerSQLite
import EventLedgerTesting
import TestSupport
import Testing

/// The power goes at a random moment; what was not synced is lost, or there in part.
@Suite("Power cuts") struct PowerCutTests {
    @Test(.timeLimit(.minutes(60)))
    func takeNoAcknowledgedCommit() async throws {
        let changes = try await changesInALife(.everyCommitSynced)
        for seed in try TestRun.seeds(16, thorough: 3000) {
            let outcome = try await round(.everyCommitSynced, seed: seed, changes: changes)
            #expect(outcome.problems.isEmpty, "\(TestRun.hint(seed))")
            #expect(outcome.lost == 0, "\(TestRun.hint(seed))")
        }
    }

    @Test(.timeLimit(.minutes(60)))
    func takeOnlyTheLastCommitsWhereThatWasChosen() async throws {
        let changes = try await changesInALife(.lastCommitsMayBeLost)
        for seed in try TestRun.seeds(16, thorough: 3000) {
            let outcome = try await round(.lastCommitsMayBeLost, seed: seed, changes: changes)
            #expect(outcome.problems.isEmpty, "\(TestRun.hint(seed))")
        }
    }

    /// The same cut under both promises: it takes what was not synced, or the tests above would test nothing.
    @Test func takeWhatWasNotSynced() async throws {
        for (durability, lost) in [
            (SQLiteLedgerOptions.Durability.everyCommitSynced, 0), (.lastCommitsMayBeLost, 4),
        ] {
            let folder = try Survivors(), disk = try FaultyDisk(), work = AcknowledgedWork()
            defer { withExtendedLifetime(folder) {} }
            try await commit(4, work, folder.path(0), LedgerLife.options(on: disk, durability)) {
                if work.items.count == 4 { disk.cut() }
            }
            #expect((disk.unsyncedChanges > 0) == (lost > 0))
            try await disk.writeSurvivors(.syncedOnly, to: folder.folder(1))
            var aftermath = Aftermath(path: folder.path(1), work: work, keepsAcknowledged: false)
            #expect(try await aftermath.problems() == [])
            #expect(aftermath.lost == lost)
        }
    }

    /// A disk that says "synced" and is not makes a loss that the audit must find.
    @Test func onALyingDiskAreFound() async throws {
        let folder = try Survivors(), disk = try FaultyDisk(), work = AcknowledgedWork()
        defer { withExtendedLifetime(folder) {} }
        try await commit(5, work, folder.path(0), LedgerLife.options(on: disk)) {
            if work.items.count == 2 { disk.beginToLie() }
            if work.items.count == 5 { disk.cut() }
        }
        try await disk.writeSurvivors(.syncedOnly, to: folder.folder(1))
        let ledger = try await SQLiteLedger.open(folder.path(1), options: LedgerLife.options(on: nil))
        let report = try await LedgerAudit(of: work, in: ledger).report()
        #expect(report.lost == [3, 4, 5])
        #expect(report.problems == [3, 4, 5].map { "commit \($0) was acknowledged and is lost" })
        await ledger.close()
    }

    /// What a sync could not write may never reach the disk, though later syncs succeed. Nothing that is acknowledged later
    /// may rest on it.
    @Test(.timeLimit(.minutes(60)))
    func takeNothingThatFollowedAFailedSync() async throws {
        let fault = DiskFault(operation: .sync, moment: .forgetting)
        var nth = 1
        while true {
            let folder = try Survivors(), disk = try FaultyDisk(), work = AcknowledgedWork()
            defer { withExtendedLifetime(folder) {} }
            let log = StepLog(allowing: [.unavailable]), options = LedgerLife.options(on: disk)
            disk.fail(fault, at: nth)
            await LedgerLife(path: folder.path(0), options: options, work: work, log: log, heal: { disk.heal() }).run()
            disk.cut()
            try await disk.writeSurvivors(.syncedOnly, to: folder.folder(1))
            var aftermath = Aftermath(path: folder.path(1), work: work)
            #expect(try await log.problems + aftermath.problems() == [], "sync \(nth) failed")
            try await disk.waitUntilClosed()
            guard disk.failedOperations > 0 else { break }
            nth += TestRun.isThorough ? 1 : 3
        }
        #expect(nth > 1, "no sync failed")
    }

    /// Two lives of one ledger, each ended by a cut; the second one begins with what survived the first.
    private func round(
        _ durability: SQLiteLedgerOptions.Durability, seed: UInt64, changes: Int
    ) async throws -> (problems: [String], lost: Int) {
        var generator = SeededGenerator(seed: seed)
        let folder = try Survivors(), work = AcknowledgedWork()
        defer { withExtendedLifetime(folder) {} }
        var lost = 0
        for life in 0..<2 {
            let disk = try FaultyDisk(), log = StepLog(allowing: [.unavailable])
            // Every fourth cut comes early, while the file is made or opened.
            let latest = Int.random(in: 0..<4, using: &generator) == 0 ? 60 : changes
            let nth = Int.random(in: 1...latest, using: &generator)
            disk.cut(at: nth)
            let options = LedgerLife.options(on: disk, durability)
            await LedgerLife(path: folder.path(life), options: options, work: work, log: log).run()
            disk.cut()
            let survival = FaultyDisk.Survival(
                seed: generator.next(), share: [0, 100, 500, 900, 1000].randomElement(using: &generator) ?? 0,
                tears: Bool.random(using: &generator)
            )
            try await disk.writeSurvivors(survival, to: folder.folder(life + 1))
            var aftermath = Aftermath(
                path: folder.path(life + 1), work: work, keepsAcknowledged: durability == .everyCommitSynced
            )
            var problems = try await log.problems + aftermath.problems()
            lost += aftermath.lost
            try await disk.waitUntilClosed()
            guard problems.isEmpty else {
                problems.append("life \(life), cut in change \(nth), survival \(survival)")
                return (problems, lost)
            }
        }
        return ([], lost)
    }

    private func changesInALife(_ durability: SQLiteLedgerOptions.Durability) async throws -> Int {
        let folder = try TemporaryFolder(), disk = try FaultyDisk(), log = StepLog(allowing: [])
        defer { withExtendedLifetime(folder) {} }
        let options = LedgerLife.options(on: disk, durability)
        await LedgerLife(path: folder.file(), options: options, work: AcknowledgedWork(), log: log).run()
        try #require(log.problems == [])
        return try #require(disk.changes > 100 ? disk.changes : nil, "too few changes to cut the power in")
    }

    private func commit(
        _ count: Int, _ work: AcknowledgedWork, _ path: String, _ options: SQLiteLedgerOptions,
        _ afterEach: @Sendable () -> Void
    ) async throws {
        let ledger = try await SQLiteLedger.open(path, options: options)
        for _ in 0..<count {
            try await work.commit(in: ledger)
            afterEach()
        }
        await ledger.close()
    }
}
