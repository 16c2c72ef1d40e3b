import EventLedger
import EventLedgerSQLite
import TestSupport
import Testing

@Suite("The README's program") struct ReadmeProgramTests {
    @Test("commits once, projects and reads, however often it is run")
    func runs() async throws {
        let folder = try TemporaryFolder()
        try await lendOneBook(in: folder.file())
        try await lendOneBook(in: folder.file())
        let ledger = try await SQLiteLedger.open(folder.file(), options: SQLiteLedgerOptions(mode: .existing))
        let head = try await ledger.head()
        let ada = try await ledger.documents.get(Reader.self, id: "ada")
        await ledger.close()
        #expect(head.position == 1)
        #expect(ada?.books == ["emma"])
    }
}
