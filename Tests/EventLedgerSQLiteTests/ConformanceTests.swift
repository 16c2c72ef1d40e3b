import EventLedger
import EventLedgerSQLite
import EventLedgerTesting
import Testing

@Suite("The SQLite ledger keeps every obligation") struct ConformanceTests {
    @Test(arguments: EventStoreConformance.obligations)
    func eventStore(_ obligation: EventStoreConformance.Obligation) async throws {
        try await obligation.check(target())
    }

    /// A ledger in a folder of its own, which can be opened again while it is open, and is removed in the end.
    private func target() -> ConformanceTarget<any EventStore> {
        ConformanceTarget(claiming: Set(ConformanceCapability.allCases)) { clock in
            let folder = try TemporaryFolder()
            let options = SQLiteLedgerOptions(clock: clock)
            return .init(
                try await SQLiteLedger.open(folder.file(), options: options),
                reopen: { try await SQLiteLedger.open(folder.file(), options: options) },
                tearDown: { ledgers in
                    for case let ledger as SQLiteLedger in ledgers { await ledger.close() }
                    withExtendedLifetime(folder) {}
                }
            )
        }
    }
}
