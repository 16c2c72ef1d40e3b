import EventLedger
import EventLedgerInMemory
import EventLedgerTesting
import Testing

@Suite("My ledger keeps every obligation") struct MyLedgerTests {
    @Test(arguments: EventStoreConformance.obligations)
    func eventStore(_ obligation: EventStoreConformance.Obligation) async throws {
        try await obligation.check { clock in InMemoryLedger(clock: clock) }
    }
}
