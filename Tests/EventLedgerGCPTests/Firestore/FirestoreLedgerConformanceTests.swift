import EventLedger
import EventLedgerTesting
import GCPTestSupport
import TestSupport
import Testing

@testable import EventLedgerGCP

@Suite("The Firestore ledger keeps every obligation", .enabled(if: GCPServices.hasFirestore, GCPServices.hint))
struct FirestoreLedgerConformanceTests {
    @Test(arguments: EventStoreConformance.obligations)
    func eventStore(_ obligation: EventStoreConformance.Obligation) async throws {
        try await obligation.check(target { $0 }, seed: TestRun.seed())
    }

    @Test(arguments: LedgerConformance.obligations)
    func ledger(_ obligation: LedgerConformance.Obligation) async throws {
        try await obligation.check(target { $0 }, seed: TestRun.seed())
    }

    @Test(arguments: DocumentStoreConformance.obligations)
    func documents(_ obligation: DocumentStoreConformance.Obligation) async throws {
        try await obligation.check(target { $0.documents }, seed: TestRun.seed())
    }

    @Test(arguments: ProjectionConformance.obligations)
    func projections(_ obligation: ProjectionConformance.Obligation) async throws {
        try await obligation.check(
            target { ledger in
                try await Lending.lendBooks(in: ledger)
                return ProjectionSubject(Lending(), over: ledger)
            },
            seed: TestRun.seed()
        )
    }

    private func target<Subject: Sendable>(
        _ part: @escaping @Sendable (FirestoreLedger) async throws -> Subject
    ) -> ConformanceTarget<Subject> {
        ConformanceTarget(claiming: [.reopening]) { clock in
            let bench = LedgerBench(clock: clock)
            return .init(
                try await part(try bench.open()), reopen: { try await part(try bench.open()) }
            )
        }
    }
}
