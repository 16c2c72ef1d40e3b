import EventLedger
import EventLedgerTesting
import GCPTestSupport
import TestSupport
import Testing

@testable import EventLedgerGCP

@Suite(
    "Tasks that are pushed keep every obligation on Firestore",
    .enabled(if: GCPServices.hasFirestore, GCPServices.hint), .timeLimit(.minutes(10))
)
struct PushedTaskFirestoreTests {
    @Test(arguments: TaskQueueConformance.obligations)
    func deliveredTasks(_ obligation: TaskQueueConformance.Obligation) async throws {
        let target = ConformanceTarget<TaskQueueSubject>(claiming: [.perTaskBackoff, .statistics]) { clock in
            let ledger = try FirestoreLedger(
                cloud: GCPServices.cloud(), options: FirestoreLedgerOptions(clock: clock)
            )
            return .init(.pushed(ledger, by: LocalCarrier(), clock: clock))
        }
        try await obligation.check(target, seed: TestRun.seed())
    }
}
