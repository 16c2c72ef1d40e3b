import EventLedger
import EventLedgerInMemory
import EventLedgerTesting
import TestSupport
import Testing

@Suite("The ledger in memory keeps every obligation") struct ConformanceTests {
    @Test(arguments: EventStoreConformance.obligations)
    func eventStore(_ obligation: EventStoreConformance.Obligation) async throws {
        try await obligation.check(seed: TestRun.seed()) { clock in InMemoryLedger(clock: clock) }
    }

    @Test(arguments: DocumentStoreConformance.obligations)
    func documents(_ obligation: DocumentStoreConformance.Obligation) async throws {
        try await obligation.check(seed: TestRun.seed()) { clock in InMemoryLedger(clock: clock).documents }
    }

    @Test(arguments: LeasedTaskQueueConformance.obligations)
    func tasks(_ obligation: LeasedTaskQueueConformance.Obligation) async throws {
        try await obligation.check(seed: TestRun.seed()) { clock in InMemoryLedger(clock: clock) }
    }

    @Test(arguments: TaskQueueConformance.obligations)
    func deliveredTasks(_ obligation: TaskQueueConformance.Obligation) async throws {
        try await obligation.check(seed: TestRun.seed()) { clock in
            TaskQueueSubject.leased(InMemoryLedger(clock: clock), clock: clock)
        }
    }

    @Test(arguments: DeadLetterStoreConformance.obligations)
    func deadLetters(_ obligation: DeadLetterStoreConformance.Obligation) async throws {
        try await obligation.check(seed: TestRun.seed()) { clock in InMemoryLedger(clock: clock) }
    }

    @Test(arguments: LedgerConformance.obligations)
    func ledger(_ obligation: LedgerConformance.Obligation) async throws {
        try await obligation.check(seed: TestRun.seed()) { clock in InMemoryLedger(clock: clock) }
    }

    @Test(arguments: ProjectionConformance.obligations)
    func projections(_ obligation: ProjectionConformance.Obligation) async throws {
        try await obligation.check(seed: TestRun.seed()) { clock in
            let ledger = InMemoryLedger(clock: clock)
            try await Lending.lendBooks(in: ledger)
            return ProjectionSubject(Lending(), over: ledger)
        }
    }
}
