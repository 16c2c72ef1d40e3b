import EventLedger
import EventLedgerInMemory
import EventLedgerTesting
import Testing

@Suite struct LoanTests {
    let clock: TestClock
    let ledger: InMemoryLedger

    init() {
        clock = TestClock()
        ledger = InMemoryLedger(clock: clock)
    }

    @Test func aBookIsLentToOneReader() async throws {
        _ = try await lend("emma", to: "ada", in: ledger)
        await #expect(throws: LoanError.self) { _ = try await lend("emma", to: "grace", in: ledger) }
        let last = try await ledger.lastEvent(of: "book-emma")
        #expect(try last?.decode(BookLent.self)?.reader == "ada")
    }

    @Test func aReaderIsRemindedAfterTwoWeeks() async throws {
        _ = try await lendWithReminder(in: ledger)
        clock.advance(by: .seconds(14 * 86_400))
        let report = try await workUntilIdle(on: ledger, Reminder(ledger: ledger, send: { _ in }))
        #expect(report.done == 1)
    }
}

struct Loan {
    var reader: String?

    static func evolve(_ loan: Loan, _ event: any Event) -> Loan {
        switch event {
        case let lent as BookLent: return Loan(reader: lent.reader)
        case is BookReturned: return Loan()
        default: return loan
        }
    }

    static func lend(_ book: String, to reader: String, _ loan: Loan) throws -> [any Event] {
        guard loan.reader == nil else { throw LoanError.isLentAlready }
        return [BookLent(book: book, reader: reader)]
    }
}

@Suite struct LoanDecisionTests {
    let lent: [any Event] = [BookLent(book: "emma", reader: "ada")]

    @Test func aBookIsLent() throws {
        try Given(state: Loan())
            .when { try Loan.lend("emma", to: "ada", $0) }
            .then(BookLent(book: "emma", reader: "ada"))
    }

    @Test func aLentBookIsRefused() throws {
        try Given(lent, from: Loan(), evolve: Loan.evolve)
            .when { try Loan.lend("emma", to: "grace", $0) }
            .thenThrows(LoanError.isLentAlready)
    }
}

@Suite struct BooksTests {
    @Test func aBookThatCameBackHasNoReader() throws {
        try ProjectionSpecification(Books())
            .given(BookLent(book: "emma", reader: "ada"), BookReturned(book: "emma", reader: "ada"))
            .then(BookState(id: "emma", reader: nil, loans: 1))
    }
}

func lendByDecision(_ book: String, to reader: String, in ledger: any Ledger) async throws -> Receipt {
    try await ledger.decide(
        on: "book-\(book)", from: Loan(), evolve: Loan.evolve,
        catalog: EventCatalog(BookLent.self, BookReturned.self)
    ) { loan in
        try Loan.lend(book, to: reader, loan)
    }
}
