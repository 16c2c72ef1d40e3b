import EventLedger
import EventLedgerTesting
import TestSupport
import Testing

@testable import EventLedgerGCP

@Suite("Tasks that are pushed keep every obligation", .timeLimit(.minutes(5))) struct PushedTaskConformanceTests {
    @Test(arguments: TaskQueueConformance.obligations)
    func deliveredTasks(_ obligation: TaskQueueConformance.Obligation) async throws {
        // What a service that pushes cannot do: hold an attempt longer, keep a burst.
        let target = ConformanceTarget<TaskQueueSubject>(claiming: [.perTaskBackoff, .statistics]) { clock in
            let carrier = LocalCarrier()
            return .init(.pushed(PushedLedger(clock: clock, carrier: carrier), by: carrier, clock: clock))
        }
        try await obligation.check(target, seed: TestRun.seed())
    }
}
