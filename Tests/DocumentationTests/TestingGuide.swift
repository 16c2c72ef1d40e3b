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
