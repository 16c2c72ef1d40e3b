import EventLedger
@testable import EventLedgerGCP
import EventLedgerTesting
import TestSupport
import Testing

@Suite("Tasks that are pushed keep every obligation", .timeLimit(.minutes(5))) struct PushedTaskConformanceTests {
    @Test(arguments: TaskQueueConformance.obligations)
    func deliveredTasks(_ obligation: TaskQueueConformance.Obligation) async throws {
        // What a service that pushes cannot do: hold an attempt longer, list tasks, keep a burst.
        let target = ConformanceTarget<TaskQueueSubject>(claiming: [.perTaskBackoff]) { clock in
            let clock = try #require(clock as? TestClock)
            return .init(Self.subject(clock))
        }
        try await obligation.check(target, seed: TestRun.seed())
    }

    private static func subject(_ clock: TestClock) -> TaskQueueSubject {
        let carrier = LocalCarrier()
        let ledger = PushedLedger(clock: clock, carrier: carrier)
        return TaskQueueSubject(ledger: ledger) { handlers, queues, condition in
            let endpoint = try TaskPushEndpoint(
                ledger: ledger, handlers: handlers, authenticator: UnauthenticatedPushesForEmulatorsOnly()
            )
            let dispatcher = TaskDispatcher(ledger.queue, carrier: carrier)
            try await TaskQueueSubject.running(until: condition) {
                try await clock.stepping(by: .milliseconds(250)) {
                    while true {
                        _ = try await dispatcher.dispatchDue()
                        await carrier.deliver(to: endpoint, from: queues, at: clock.now)
                        try await clock.sleep(for: .milliseconds(250))
                    }
                }
            }
        }
    }
}
