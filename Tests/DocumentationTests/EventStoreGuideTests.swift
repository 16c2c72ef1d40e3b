import EventLedger
import EventLedgerInMemory
import EventLedgerTesting
import Testing

@Suite("The guide to the event store", .timeLimit(.minutes(5))) struct EventStoreGuideTests {
    private let ledger = InMemoryLedger(clock: TestClock())

    @Test("An expectation keeps a book from being lent twice")
    func expectation() async throws {
        let receipt = try await lend("emma", to: "ada", in: ledger)
        #expect(receipt.revision(of: "book-emma") == 1)
        await #expect(throws: LoanError.self) { _ = try await lend("emma", to: "grace", in: ledger) }
    }

    @Test("Of many who want a book at the same time one gets it")
    func race() async throws {
        let ledger = self.ledger
        let lent = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<8 {
                group.addTask { (try? await lend("emma", to: "reader-\(number)", in: ledger)) != nil }
            }
            var count = 0
            for await isLent in group where isLent { count += 1 }
            return count
        }
        #expect(lent == 1)
    }

    @Test("A condition keeps a reader within the limit, across streams")
    func condition() async throws {
        for book in ["emma", "persuasion", "middlemarch"] { _ = try await lendWithinLimit(book, to: "ada", in: ledger) }
        await #expect(throws: LoanError.self) { _ = try await lendWithinLimit("dracula", to: "ada", in: ledger) }
        _ = try await ledger.commit { try $0.append(BookReturned(book: "emma", reader: "ada"), to: "book-emma") }
        let receipt = try await lendWithinLimit("dracula", to: "ada", in: ledger)
        #expect(receipt.position == 5)
    }

    @Test("A request that is sent again is made once")
    func idempotency() async throws {
        let first = try await lend("emma", to: "ada", asAskedIn: "7", in: ledger)
        let second = try await lend("emma", to: "ada", asAskedIn: "7", in: ledger)
        #expect(second.isDuplicate)
        #expect(second.position == first.position)
        let last = try await ledger.lastEvent(of: "book-emma")
        #expect(last?.metadata.actor == "ada")
        #expect(last?.revision == 1)
    }

    @Test("Older versions and older names are read")
    func upcasting() async throws {
        let old = NewEvent(
            type: "reader.registered", data: try JSONText(#"{"reader":"ada","first":"Ada","last":"Byron"}"#))
        let renamed = NewEvent(type: "book.borrowed", data: try JSONText(#"{"book":"emma","reader":"ada"}"#))
        let unknown = NewEvent(type: "shelf.moved", data: .emptyObject)
        _ = try await ledger.commit { $0.append(contentsOf: [old, renamed, unknown], to: "library") }
        var texts: [String] = []
        for try await event in ledger.read() { texts.append(try describe(event)) }
        #expect(texts == ["Ada Byron is a reader.", "ada has emma.", "An event of type shelf.moved."])
    }

    @Test("The last loans of a reader come first")
    func selection() async throws {
        for book in ["emma", "persuasion"] { _ = try await lend(book, to: "ada", in: ledger) }
        _ = try await lend("dracula", to: "grace", in: ledger)
        let loans = try await lastLoans(of: "ada", in: ledger)
        #expect(loans.map(\.position) == [2, 1])
    }

    @Test("A subscription delivers from a checkpoint on")
    func subscription() async throws {
        struct Enough: Error {}
        for book in ["emma", "persuasion"] { _ = try await lend(book, to: "ada", in: ledger) }
        var streams: [StreamName] = []
        do {
            try await follow(ledger, from: Checkpoint(Position(1))) { events, checkpoint in
                streams = events.map(\.stream)
                #expect(checkpoint.position == 2)
                throw Enough()
            }
        } catch is Enough {}
        #expect(streams == ["book-persuasion"])
    }

    @Test("A scoped ledger refuses what is outside its scope")
    func scope() async throws {
        let agent = agentLedger(of: ledger)
        await #expect(throws: LedgerError.self) {
            _ = try await agent.commit { try $0.append(BookLent(book: "emma", reader: "ada"), to: "book-emma") }
        }
        let acted = NewEvent(type: "agent.acted", data: .emptyObject)
        let receipt = try await agent.commit { $0.append(contentsOf: [acted], to: "agent-summarizer") }
        #expect(receipt.position == 1)
    }
}
