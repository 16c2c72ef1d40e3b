import EventLedger
import EventLedgerInMemory
import EventLedgerTesting
import Testing

@Suite("The guide to seals") struct SealsGuideTests {
    @Test("A ledger that grew is unchanged since its seals; another one is not it")
    func sealing() async throws {
        let ledger = InMemoryLedger(clock: TestClock()), other = InMemoryLedger(clock: TestClock())
        _ = try await lend("emma", to: "ada", in: ledger)
        let yesterday = try await LedgerSealer(ledger).seal()
        _ = try await lend("dracula", to: "ada", in: ledger)
        let today = try await sealToday(ledger, after: yesterday)
        _ = try await lend("persuasion", to: "ada", in: ledger)
        #expect(try await isUnchanged(ledger, since: [yesterday.json, today]))
        _ = try await lend("emma", to: "grace", in: other)
        #expect(try await isUnchanged(other, since: [yesterday.json]) == false)
        await #expect(throws: LedgerError.self) { _ = try await sealToday(other, after: yesterday) }
    }

    @Test("An event is genuine with its proof, and no other is")
    func proving() async throws {
        let ledger = InMemoryLedger(clock: TestClock())
        for book in ["emma", "dracula", "persuasion"] { _ = try await lend(book, to: "ada", in: ledger) }
        let seal = try await LedgerSealer(ledger).seal()
        let proof = try await answer(2, in: ledger, under: seal)
        let events = try await ledger.page(.all).events
        #expect(try events.map { try isGenuine($0, proof: proof, seal: seal) } == [false, true, false])
    }
}
