import EventLedger
import EventLedgerSQLite
import EventLedgerTesting

/// A workload that uses every part of a ledger file, from opening to closing, twice. Whatever fails, it goes on with
/// the same open ledger.
struct LedgerLife {
    let path: String
    let options: SQLiteLedgerOptions
    let work: AcknowledgedWork
    let log: StepLog
    /// Ends the fault; `nil` where nothing can end it. When it was called, the ledger must work.
    var heal: (@Sendable () -> Void)?

    /// - Parameter disk: What fails; `nil` for the system's own VFS.
    static func options(
        on disk: FaultyDisk?, _ durability: SQLiteLedgerOptions.Durability = .everyCommitSynced
    ) -> SQLiteLedgerOptions {
        // The clock stands, so that no lease ends by chance.
        SQLiteLedgerOptions(durability: durability, clock: TestClock(), vfs: disk?.vfs)
    }

    /// Runs it. When it returns, nothing refers to the ledger any more.
    func run() async {
        for part in 1...2 {
            guard let ledger = await open() else { return }
            await use(ledger, part: part)
            await recover(ledger)
            await ledger.close()
        }
    }

    private func open() async -> SQLiteLedger? {
        if let ledger = await log.attempt("opening", { try await SQLiteLedger.open(path, options: options) }) {
            return ledger
        }
        guard let heal else { return nil }
        heal()
        return await log.require("opening after the fault") { try await SQLiteLedger.open(path, options: options) }
    }

    private func use(_ ledger: SQLiteLedger, part: Int) async {
        await log.attempt("configuring") {
            try await ledger.leasedTasks.configure(AcknowledgedWork.queue, QueueConfiguration(burst: 1000))
        }
        await log.attempt("committing") { try await work.commit(in: ledger) }
        await commitTogether(ledger)
        await completeTask(ledger)
        await log.attempt("projecting") {
            _ = try await Projector(WorkProjection(), from: ledger, into: ledger.documents).catchUp()
        }
        if part == 1 {
            await log.attempt("checkpointing") { _ = try await ledger.checkpoint() }
            await log.attempt("committing") { try await work.commit(in: ledger) }
        }
        await discardTask(ledger)
        await log.attempt("reading") { _ = try await ledger.page(.all) }
        await log.attempt("committing") { try await work.commit(in: ledger) }
    }

    private func commitTogether(_ ledger: SQLiteLedger) async {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<3 {
                group.addTask { [work, log] in
                    await log.attempt("committing together") { try await work.commit(in: ledger) }
                }
            }
        }
    }

    private func completeTask(_ ledger: SQLiteLedger) async {
        guard let lease = await lease(ledger) else { return }
        await log.attempt("completing") { try await work.commit(completing: lease, in: ledger) }
    }

    private func discardTask(_ ledger: SQLiteLedger) async {
        guard let lease = await lease(ledger) else { return }
        await log.attempt("discarding") {
            let failure = TaskFailure(errorType: "Refused", message: "It was refused.")
            _ = try await ledger.leasedTasks.settle(lease, .discarded(failure))
        }
    }

    private func lease(_ ledger: SQLiteLedger) async -> TaskLease? {
        let leased = await log.attempt("leasing") {
            try await ledger.leasedTasks.lease(
                from: [AcknowledgedWork.queue], limit: 1, for: .seconds(3600), worker: "worker"
            )
        }
        return leased?.first?.lease
    }

    /// Once the fault is gone, the ledger that met it works, without being opened again.
    private func recover(_ ledger: SQLiteLedger) async {
        guard let heal, !log.failures.isEmpty else { return }
        heal()
        await log.require("committing after the fault") { try await work.commit(in: ledger) }
        await log.require("reading after the fault") { _ = try await ledger.page(.all) }
        await log.require("checkpointing after the fault") { _ = try await ledger.checkpoint() }
    }
}
