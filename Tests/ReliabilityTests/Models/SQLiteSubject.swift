import EventLedger
import EventLedgerSQLite
import EventLedgerTesting
import TestSupport

/// A ledger file in a folder of its own.
final class SQLiteSubject: ModelSubject {
    private let folder: TemporaryFolder
    private let options: SQLiteLedgerOptions

    init(clock: TestClock, profile: ModelProfile) throws {
        folder = try TemporaryFolder()
        // What a power cut takes is no matter here, and the disk is not waited for.
        options = SQLiteLedgerOptions(
            durability: .lastCommitsMayBeLost, clock: clock, commitRetention: profile.commitRetention
        )
    }

    func open() async throws -> any LeasingLedger { try await SQLiteLedger.open(folder.file(), options: options) }

    func close(_ ledger: any LeasingLedger) async { await (ledger as? SQLiteLedger)?.close() }

    func checkpoint(_ ledger: any LeasingLedger) async throws { try await (ledger as? SQLiteLedger)?.checkpoint() }
}
