import EventLedger
import EventLedgerSQLite
import EventLedgerTesting

/// Looks at a ledger file when everything is over: opens it with the system's own VFS, compares it with the record,
/// sends what was not acknowledged once more, and compares again.
struct Aftermath {
    let path: String
    let work: AcknowledgedWork
    /// Whether a lost acknowledged commit is a problem. Where it is none, it is struck from the record.
    let keepsAcknowledged: Bool
    /// How many acknowledged commits were lost.
    private(set) var lost = 0

    init(path: String, work: AcknowledgedWork, keepsAcknowledged: Bool = true) {
        self.path = path
        self.work = work
        self.keepsAcknowledged = keepsAcknowledged
    }

    /// - Returns: What must not be; empty where all is well.
    mutating func problems() async throws -> [String] {
        var problems = try await SQLiteIntegrity.problems(of: path)
        // In a damaged file there is nothing to look for.
        guard problems.isEmpty else { return problems }
        // No power is cut any more, so waiting for the disk would only cost time.
        let options = SQLiteLedgerOptions(durability: .lastCommitsMayBeLost, clock: TestClock())
        let ledger = try await SQLiteLedger.open(path, options: options)
        let report = try await LedgerAudit(of: work, in: ledger, keepsAcknowledged: keepsAcknowledged).report()
        problems += report.problems
        lost = report.lost.count
        if problems.isEmpty {
            if !keepsAcknowledged { work.forget(report.lost) }
            problems += try await work.retryWhatIsOpen(
                report.present, in: ledger, keepsAcknowledged: keepsAcknowledged)
        }
        await ledger.close()
        return try await problems + SQLiteIntegrity.problems(of: path)
    }
}
