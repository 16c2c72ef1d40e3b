import EventLedger
import EventLedgerInMemory
import EventLedgerTesting
import Testing

@Suite("The guide to projections", .timeLimit(.minutes(5))) struct ProjectionsGuideTests {
    private let ledger = InMemoryLedger(clock: TestClock())

    @Test("A caller reads what it wrote")
    func readYourWrites() async throws {
        let book = try await lendAndLook(in: ledger)
        #expect(book?.reader == "ada")
        #expect(book?.loans == 1)
        _ = try await ledger.commit { try $0.append(BookReturned(book: "emma", reader: "ada"), to: "book-emma") }
        try await ledger.project(Books())
        let returned = try await ledger.documents.get(BookState.self, id: "emma")
        #expect(returned?.reader == nil)
        #expect(returned?.loans == 1)
    }

    @Test("A projector runs until it is cancelled")
    func service() async throws {
        let ledger = self.ledger
        _ = try await ledger.commit { try $0.append(BookLent(book: "emma", reader: "ada"), to: "book-emma") }
        let running = Task { try await runBooks(on: ledger) }
        // In real time, and many other tests may run first.
        try await ledger.documents.wait(for: Checkpoint(Position(1)), in: "books", timeout: .seconds(240))
        running.cancel()
        try await running.value
        #expect(try await ledger.documents.get(BookState.self, id: "emma")?.loans == 1)
    }

    @Test("Partitions together do all the work")
    func partitions() async throws {
        for book in ["emma", "persuasion", "dracula"] { _ = try await lend(book, to: "ada", in: ledger) }
        for projector in try projectors(of: ledger, count: 2) { try await projector.catchUp() }
        let page = try await ledger.documents.page(DocumentQuery(BookState.collection))
        #expect(page.documents.map(\.key.id.rawValue) == ["dracula", "emma", "persuasion"])
    }

    @Test("A rebuild gives the same documents under another build")
    func rebuild() async throws {
        _ = try await lendAndLook(in: ledger)
        let report = try await rebuildBooks(in: ledger)
        #expect(report.build == "books@1.r1")
        #expect(report.isLive)
        #expect(try await ledger.documents.get(BookState.self, id: "emma")?.reader == "ada")
    }

    @Test("A reaction is recorded once, with its cause")
    func reactor() async throws {
        _ = try await ledger.commit { try $0.append(BookReturned(book: "emma", reader: "ada"), to: "book-emma") }
        try await thank(in: ledger) { _ in }
        try await thank(in: ledger) { _ in }
        let cause = try await ledger.lastEvent(of: "book-emma")
        let thanked = try await ledger.lastEvent(of: "reader-ada")
        #expect(thanked?.revision == 1)
        #expect(thanked?.metadata.causationID == cause?.id.rawValue)
    }
}
