import EventLedger
import EventLedgerInMemory
import EventLedgerTesting
import Testing

@Suite("My ledger keeps every obligation") struct MyLedgerTests {
    @Test(arguments: EventStoreConformance.obligations)
    func eventStore(_ obligation: EventStoreConformance.Obligation) async throws {
        try await obligation.check { clock in InMemoryLedger(clock: clock) }
    }

    @Test(arguments: DocumentStoreConformance.obligations)
    func documents(_ obligation: DocumentStoreConformance.Obligation) async throws {
        try await obligation.check { clock in InMemoryLedger(clock: clock).documents }
    }

    @Test(arguments: LeasedTaskQueueConformance.obligations)
    func tasks(_ obligation: LeasedTaskQueueConformance.Obligation) async throws {
        try await obligation.check { clock in InMemoryLedger(clock: clock) }
    }

    @Test(arguments: TaskQueueConformance.obligations)
    func deliveredTasks(_ obligation: TaskQueueConformance.Obligation) async throws {
        try await obligation.check { clock in
            TaskQueueSubject.leased(InMemoryLedger(clock: clock), clock: clock)
        }
    }

    @Test(arguments: DeadLetterStoreConformance.obligations)
    func deadLetters(_ obligation: DeadLetterStoreConformance.Obligation) async throws {
        try await obligation.check { clock in InMemoryLedger(clock: clock) }
    }

    @Test(arguments: LedgerConformance.obligations)
    func ledger(_ obligation: LedgerConformance.Obligation) async throws {
        try await obligation.check { clock in InMemoryLedger(clock: clock) }
    }
}
