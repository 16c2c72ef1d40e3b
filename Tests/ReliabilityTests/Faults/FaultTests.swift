import EventLedger
import EventLedgerSQLite
import EventLedgerTesting
import TestSupport
import Testing

/// A disk that fails in the nth operation, n rising until nothing fails any more.
@Suite("Faults of the disk") struct FaultTests {
    @Test(.timeLimit(.minutes(60)), arguments: DiskFault.all)
    func loseNothingAndLeaveNothingHalfWritten(_ fault: DiskFault) async throws {
        let seed = try TestRun.seed()
        var generator = SeededGenerator(seed: seed)
        var nth = 1
        var rounds = 0
        while true {
            let outcome = try await round(fault, nth: nth)
            #expect(outcome.problems.isEmpty, "\(fault) at \(nth); \(TestRun.hint)")
            guard outcome.hasFired else { break }
            rounds += 1
            // The first ones make the file, where the most can go wrong.
            let isEach = TestRun.isThorough || fault.stride == 0 || nth < 4
            nth += isEach ? 1 : Int.random(in: 1...2 * fault.stride, using: &generator)
        }
        // A fault that concerns no operation of the workload would test nothing.
        #expect(rounds > 0, "\(fault) never happened")
    }

    private func round(_ fault: DiskFault, nth: Int) async throws -> (problems: [String], hasFired: Bool) {
        let folder = try TemporaryFolder(), disk = try FaultyDisk()
        defer { withExtendedLifetime(folder) {} }
        let work = AcknowledgedWork(), log = StepLog(allowing: [.diskFull, .unavailable])
        disk.fail(fault, at: nth)
        let life = LedgerLife(
            path: folder.file(), options: LedgerLife.options(on: disk), work: work, log: log, heal: { disk.heal() }
        )
        await life.run()
        let hasFired = disk.failedOperations > 0
        var problems = log.problems
        if !fault.goesOn, disk.failedOperations > 1 { problems.append("the fault happened more than once") }
        if !hasFired { problems += log.failures.map { "without a fault, \($0)" } }
        try await disk.waitUntilClosed()
        var aftermath = Aftermath(path: folder.file(), work: work)
        problems += try await aftermath.problems()
        return (problems, hasFired)
    }

    @Test func aFullDiskIsToldFromAnotherFailure() async throws {
        for (fault, code) in [
            (DiskFault(operation: .write, isFull: true), LedgerError.Code.diskFull),
            (DiskFault(operation: .write), .unavailable),
            (DiskFault(operation: .sync), .unavailable),
        ] {
            let folder = try TemporaryFolder(), disk = try FaultyDisk(), work = AcknowledgedWork()
            defer { withExtendedLifetime(folder) {} }
            let ledger = try await SQLiteLedger.open(folder.file(), options: LedgerLife.options(on: disk))
            disk.fail(fault, at: 1)
            let error = await #expect(throws: LedgerError.self) { try await work.commit(in: ledger) }
            #expect(error?.code == code, "\(fault)")
            await ledger.close()
        }
    }

    /// The log was written, and only then its sync failed: the ledger that is open does not count the commit, and one
    /// that is opened on the file when all processes have died finds it. Either way the retry makes exactly one of it.
    @Test(arguments: [false, true])
    func aRetrySettlesACommitWhoseSyncFailed(_ isReopened: Bool) async throws {
        let folder = try TemporaryFolder(), disk = try FaultyDisk(), work = AcknowledgedWork()
        defer { withExtendedLifetime(folder) {} }
        try await failToSyncACommit(folder.file(), disk, work, retriesAtOnce: !isReopened)
        try await disk.waitUntilClosed()
        let ledger = try await SQLiteLedger.open(folder.file(), options: LedgerLife.options(on: nil))
        if isReopened {
            let item = try #require(work.items.last)
            #expect(item.receipt == nil)
            #expect(try await LedgerAudit(of: work, in: ledger).report().present.contains(item.number))
            #expect(try await work.retry(item, in: ledger))
        }
        let report = try await LedgerAudit(of: work, in: ledger).report()
        #expect(report.problems == [])
        #expect(report.present == [1, 2])
        await ledger.close()
    }

    private func failToSyncACommit(
        _ path: String, _ disk: FaultyDisk, _ work: AcknowledgedWork, retriesAtOnce: Bool
    ) async throws {
        let ledger = try await SQLiteLedger.open(path, options: LedgerLife.options(on: disk))
        try await work.commit(in: ledger)
        disk.fail(DiskFault(operation: .sync, moment: .after), at: 1)
        let error = await #expect(throws: LedgerError.self) { try await work.commit(in: ledger) }
        #expect(error?.code == .unavailable)
        if retriesAtOnce {
            let item = try #require(work.items.last)
            let wasKnown = try await work.retry(item, in: ledger)
            #expect(!wasKnown)
            await ledger.close()
        }
    }
}
