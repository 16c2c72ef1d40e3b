import EventLedger
import EventLedgerInMemory
import EventLedgerTesting
import Testing

@Suite("The guide to event sourcing") struct EventSourcingGuideTests {
    private let clock: TestClock
    private let ledger: InMemoryLedger

    init() {
        clock = TestClock()
        ledger = InMemoryLedger(clock: clock)
    }

    @Test("A replay equals the live documents up to their checkpoints")
    func comparison() async throws {
        for book in ["emma", "dracula"] { _ = try await lend(book, to: "ada", in: ledger) }
        try await ledger.project(Readers())
        try await ledger.project(Books())
        _ = try await lend("persuasion", to: "ada", in: ledger)
        let report = try await replayAndCompare(ledger, into: InMemoryLedger(clock: clock).documents)
        #expect(report.isEqual)
        #expect(report.collections.map(\.left) == [1, 2])
    }

    @Test("A dry run writes nothing")
    func dryRun() async throws {
        _ = try await lend("emma", to: "ada", in: ledger)
        clock.advance(by: .seconds(86_400))
        let day = clock.now
        _ = try await lend("dracula", to: "ada", in: ledger)
        let report = try await tryReplay(of: ledger, since: day)
        #expect(report.isDryRun)
        #expect(report.projections.map(\.projection.eventsApplied) == [1])
        #expect(try await ledger.documents.collections().isEmpty)
    }
}
