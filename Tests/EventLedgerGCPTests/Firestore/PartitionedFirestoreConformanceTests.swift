import EventLedger
import EventLedgerTesting
import GCPTestSupport
import TestSupport
import Testing

@testable import EventLedgerGCP

@Suite(
    "A partitioned ledger keeps every obligation within a partition",
    .enabled(if: GCPServices.hasFirestore, GCPServices.hint), .timeLimit(.minutes(15))
)
struct PartitionedFirestoreConformanceTests {
    @Test(arguments: EventStoreConformance.obligations, PartitionedView.allCases)
    func eventStore(_ obligation: EventStoreConformance.Obligation, _ view: PartitionedView) async throws {
        try await obligation.check(target(view) { $0 }, seed: TestRun.seed())
    }

    @Test(arguments: LedgerConformance.obligations, PartitionedView.allCases)
    func ledger(_ obligation: LedgerConformance.Obligation, _ view: PartitionedView) async throws {
        try await obligation.check(target(view) { $0 }, seed: TestRun.seed())
    }

    @Test(arguments: DocumentStoreConformance.obligations)
    func documents(_ obligation: DocumentStoreConformance.Obligation) async throws {
        try await obligation.check(target(.onePartitionOfThree) { $0.documents }, seed: TestRun.seed())
    }

    @Test(arguments: DeadLetterStoreConformance.obligations)
    func deadLetters(_ obligation: DeadLetterStoreConformance.Obligation) async throws {
        // Firestore's tasks are delivered, not leased.
        try await obligation.check(target(.onePartitionOfThree) { $0 }, seed: TestRun.seed())
    }

    @Test(arguments: ProjectionConformance.obligations, PartitionedView.allCases)
    func projections(_ obligation: ProjectionConformance.Obligation, _ view: PartitionedView) async throws {
        try await obligation.check(
            target(view) { ledger in
                try await Lending.lendBooks(in: ledger)
                return ProjectionSubject(Lending(), over: ledger)
            },
            seed: TestRun.seed()
        )
    }

    @Test(arguments: TaskQueueConformance.obligations, PartitionedView.allCases)
    func tasks(_ obligation: TaskQueueConformance.Obligation, _ view: PartitionedView) async throws {
        let target = ConformanceTarget<TaskQueueSubject>(claiming: [.perTaskBackoff]) { clock in
            let bench = LedgerBench(clock: clock)
            try await view.prepare(bench)
            return .init(.pushed(try view.open(bench), by: LocalCarrier(), clock: clock))
        }
        try await obligation.check(target, seed: TestRun.seed())
    }

    private func target<Subject: Sendable>(
        _ view: PartitionedView, _ part: @escaping @Sendable (UndividedLedger) async throws -> Subject
    ) -> ConformanceTarget<Subject> {
        ConformanceTarget(claiming: [.reopening]) { clock in
            let bench = LedgerBench(clock: clock)
            try await view.prepare(bench)
            return .init(
                try await part(try view.open(bench)), reopen: { try await part(try view.open(bench)) }
            )
        }
    }
}
