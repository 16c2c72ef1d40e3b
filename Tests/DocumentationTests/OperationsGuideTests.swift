import EventLedger
import EventLedgerInMemory
import EventLedgerSQLite
import EventLedgerTesting
import TestSupport
import Testing

@Suite("The guide to operations") struct OperationsGuideTests {
    @Test("A file is checkpointed, looked at and verified")
    func maintenance() async throws {
        let folder = try TemporaryFolder()
        try await lendOneBook(in: folder.file())
        let report = try await maintain(folder.file())
        #expect(report.isSound)
        #expect(report.events == 1)
    }

    @Test("A copy keeps positions, times and hashes")
    func copying() async throws {
        let folder = try TemporaryFolder()
        let source = InMemoryLedger(clock: TestClock())
        for book in ["emma", "dracula"] { _ = try await lend(book, to: "ada", in: source) }
        let target = try await SQLiteLedger.open(folder.file())
        let report = try await importAll(from: source, into: target)
        await target.close()
        #expect(report.difference == nil)
        #expect(report.equalEvents == 2)
    }
}
