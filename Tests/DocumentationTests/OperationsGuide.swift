import EventLedger
import EventLedgerSQLite

func maintain(_ file: String) async throws -> VerificationReport {
    let ledger = try await SQLiteLedger.open(file, options: SQLiteLedgerOptions(mode: .existing))
    let (walPages, copiedPages) = try await ledger.checkpoint()
    print("\(copiedPages) of \(walPages) pages were copied.")
    let facts = try await ledger.statistics()
    print(facts.sqliteVersion, facts.head, facts.fileBytes, facts.openDeadLetters)
    let report = try await LedgerVerifier(ledger, .init(expectsProvenance: false)).verify()
    await ledger.close()
    return report
}

func importAll(
    from source: any EventReader, into target: any ImportingEventStore
) async throws -> LedgerComparison.Report {
    for try await page in source.read().pages { try await target.importEvents(page.events) }
    return try await LedgerComparison(source, target).compare()
}
