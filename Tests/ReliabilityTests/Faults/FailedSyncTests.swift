import EventLedger
import EventLedgerSQLite
import EventLedgerTesting
import TestSupport
import Testing

/// A sync fails, and what it was to write never reaches the disk, though it can be read and later syncs succeed.
@Suite("Syncs that failed") struct FailedSyncTests {
    /// The process that met it ends before it commits again. The next one finds the commit in the log, and what it
    /// acknowledges stands behind it.
    @Test(.timeLimit(.minutes(60)), arguments: [false, true])
    func loseNothingThatTheNextProcessCommits(_ goesOn: Bool) async throws {
        var nth = 1
        while try await restartAfterFailedSync(nth, goesOn: goesOn) { nth += 1 }
        // The making of the file, commits and a checkpoint sync several times.
        #expect(nth > 5, "too few syncs failed")
    }

    /// - Returns: Whether a sync failed.
    private func restartAfterFailedSync(_ nth: Int, goesOn: Bool) async throws -> Bool {
        let folder = try Survivors(), disk = try FaultyDisk(), work = AcknowledgedWork()
        defer { withExtendedLifetime(folder) {} }
        let log = StepLog(allowing: [.unavailable])
        disk.fail(DiskFault(operation: .sync, moment: .forgetting, goesOn: goesOn), at: nth)
        await useUntilItFails(folder.path(0), disk, work, log)
        try await disk.waitUntilClosed()
        if goesOn {
            // A process that cannot write the log again does not open the ledger; the next one has to.
            await log.attempt("opening") { try await open(folder.path(0), disk) }
            try await disk.waitUntilClosed()
        }
        let hasFailed = disk.failedOperations > 0
        disk.heal()
        await log.require("committing after the fault") {
            let ledger = try await open(folder.path(0), disk)
            for _ in 0..<3 { try await work.commit(in: ledger) }
        }
        disk.cut()
        try await disk.waitUntilClosed()
        try await disk.writeSurvivors(.syncedOnly, to: folder.folder(1))
        var aftermath = Aftermath(path: folder.path(1), work: work)
        #expect(try await log.problems + aftermath.problems() == [], "sync \(nth) failed")
        return hasFailed
    }

    /// Commits and checkpoints, and drops the ledger without closing it, as a process does that dies.
    private func useUntilItFails(
        _ path: String, _ disk: FaultyDisk, _ work: AcknowledgedWork, _ log: StepLog
    ) async {
        guard let ledger = await log.attempt("opening", { try await open(path, disk) }) else { return }
        for step in 1...6 where log.failures.isEmpty {
            if step == 4 {
                await log.attempt("checkpointing") { _ = try await ledger.checkpoint() }
            } else {
                await log.attempt("committing") { try await work.commit(in: ledger) }
            }
        }
    }

    /// Without a sync for every commit, the log that a checkpoint could not sync is all there is of the commits in it.
    /// Whatever moment of the next checkpoint the power goes in, the file is sound and has a beginning of the history.
    @Test(.timeLimit(.minutes(60)))
    func damageNothingWhereTheLastCommitsMayBeLost() async throws {
        for seed in try TestRun.seeds(32, thorough: 2000) {
            var generator = SeededGenerator(seed: seed)
            let folder = try Survivors(), disk = try FaultyDisk(), work = AcknowledgedWork()
            defer { withExtendedLifetime(folder) {} }
            let ledger = try await open(folder.path(0), disk, .lastCommitsMayBeLost)
            for _ in 0..<6 { try await work.commit(in: ledger) }
            disk.fail(DiskFault(operation: .sync, moment: .forgetting), at: 1)
            await expectUnavailable { _ = try await ledger.checkpoint() }
            disk.heal()
            for _ in 0..<Int.random(in: 0...2, using: &generator) { try await work.commit(in: ledger) }
            let nth = Int.random(in: 1...200, using: &generator)
            disk.cut(at: nth)
            _ = try? await ledger.checkpoint()
            disk.cut()
            let survival = FaultyDisk.Survival(
                seed: generator.next(), share: [0, 500, 900].randomElement(using: &generator) ?? 0, tears: true
            )
            try await disk.writeSurvivors(survival, to: folder.folder(1))
            var aftermath = Aftermath(path: folder.path(1), work: work, keepsAcknowledged: false)
            #expect(try await aftermath.problems() == [], "cut in change \(nth); \(TestRun.hint(seed))")
            await ledger.close()
        }
    }

    /// Readers cut a checkpoint short, so that it copies pages without syncing the file. The next one fails to sync,
    /// and SQLite does not copy those pages again; the one after that empties the log.
    @Test(arguments: [1, 2], [false, true])
    func takeNothingOfACheckpointThatReadersCutShort(_ nth: Int, _ restarts: Bool) async throws {
        let folder = try Survivors(), disk = try FaultyDisk(), work = AcknowledgedWork()
        defer { withExtendedLifetime(folder) {} }
        // It stays to the end: as long as it is there, SQLite remembers what was copied.
        let reader = LogReader(path: folder.path(0), vfs: disk.vfs)
        defer { withExtendedLifetime(reader) {} }
        try await failToCopy(folder.path(0), disk, work, reader, failingSync: nth, retries: !restarts)
        if restarts {
            let ledger = try await open(folder.path(0), disk)
            _ = try await ledger.checkpoint()
            try await work.commit(in: ledger)
        }
        disk.cut()
        try await disk.writeSurvivors(.syncedOnly, to: folder.folder(1))
        var aftermath = Aftermath(path: folder.path(1), work: work)
        #expect(try await aftermath.problems() == [])
    }

    private func failToCopy(
        _ path: String, _ disk: FaultyDisk, _ work: AcknowledgedWork, _ reader: LogReader, failingSync nth: Int,
        retries: Bool
    ) async throws {
        let ledger = try await open(path, disk)
        for _ in 0..<5 { try await work.commit(in: ledger) }
        try await reader.begin()
        try await work.commit(in: ledger)
        let error = await #expect(throws: LedgerError.self) { try await ledger.checkpoint() }
        #expect(error?.code == .timeout)
        try await reader.end()
        disk.fail(DiskFault(operation: .sync, moment: .forgetting), at: nth)
        await expectUnavailable { _ = try await ledger.checkpoint() }
        disk.heal()
        guard retries else { return }
        _ = try await ledger.checkpoint()
        try await work.commit(in: ledger)
    }

    @Test func costNothingToThoseWhoseLogIsEmpty() async throws {
        let folder = try TemporaryFolder(), disk = try FaultyDisk(), work = AcknowledgedWork()
        defer { withExtendedLifetime(folder) {} }
        try await commit(folder.file(), disk, work, closes: true)
        let closed = try await changesByOpening(folder.file(), disk)
        #expect(closed == 0)
        try await commit(folder.file(), disk, work, closes: false)
        let dropped = try await changesByOpening(folder.file(), disk)
        #expect(dropped > 0, "the log was not written again")
    }

    private func commit(_ path: String, _ disk: FaultyDisk, _ work: AcknowledgedWork, closes: Bool) async throws {
        let ledger = try await open(path, disk)
        for _ in 0..<3 { try await work.commit(in: ledger) }
        if closes { await ledger.close() }
    }

    /// Opens the ledger when nobody has it open.
    ///
    /// - Returns: How many writes, syncs and other changes that took.
    private func changesByOpening(_ path: String, _ disk: FaultyDisk) async throws -> Int {
        try await disk.waitUntilClosed()
        let changes = disk.changes
        let ledger = try await open(path, disk)
        defer { withExtendedLifetime(ledger) {} }
        return disk.changes - changes
    }

    private func open(
        _ path: String, _ disk: FaultyDisk, _ durability: SQLiteLedgerOptions.Durability = .everyCommitSynced
    ) async throws -> SQLiteLedger {
        try await SQLiteLedger.open(path, options: LedgerLife.options(on: disk, durability))
    }

    private func expectUnavailable(_ body: () async throws -> Void) async {
        let error = await #expect(throws: LedgerError.self) { try await body() }
        #expect(error?.code == .unavailable)
    }
}
