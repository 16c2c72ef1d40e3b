import EventLedger
import EventLedgerInMemory
import EventLedgerTesting
import Testing

@Suite("The guide to documents") struct DocumentsGuideTests {
    private let ledger = InMemoryLedger(clock: TestClock())

    @Test("A document and its event are one commit, conditional on the version that was read")
    func commit() async throws {
        try await note("Likes Austen.", about: "ada", in: ledger)
        try await note("Likes Stoker.", about: "ada", in: ledger)
        let key = DocumentKey("notes", "ada")
        let document = try await ledger.documents.document(key)
        #expect(document?.version == 2)
        #expect(document?.fields["text"] == "Likes Stoker.")
        #expect(try await ledger.lastEvent(of: "reader-ada")?.revision == 2)
    }

    @Test("Queries filter and order; all pages are read in constant memory")
    func queries() async throws {
        for (book, loans) in [("emma", 2), ("dracula", 3), ("persuasion", 1)] {
            for number in 1...loans {
                _ = try await lend(book, to: "reader-\(number)", in: ledger)
                guard number < loans || book == "emma" else { continue }
                _ = try await ledger.commit {
                    try $0.append(BookReturned(book: book, reader: "reader-\(number)"), to: "book-\(book)")
                }
            }
        }
        try await ledger.project(Books())
        #expect(try await popularBooks(in: ledger.documents) == ["dracula", "emma"])
        #expect(try await lentBooks(in: ledger.documents).map(\.id) == ["dracula", "persuasion"])
    }

    @Test("What a projection owns is written by nothing else")
    func ownership() async throws {
        _ = try await lendAndLook(in: ledger)
        do {
            _ = try await ledger.commit { try $0.put(BookState(id: "emma")) }
            Issue.record("The write was not refused.")
        } catch LedgerError.Code.collectionOwned {}
    }
}
