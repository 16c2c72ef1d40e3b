import EventLedger
import EventLedgerTesting

@testable import EventLedgerGCP

extension TaskQueueSubject {
    /// A ledger whose tasks are in Firestore, or as if they were, carried within the process to an endpoint.
    static func pushed(
        _ ledger: some Ledger & PushingLedger, by carrier: LocalCarrier, clock: TestClock
    ) -> TaskQueueSubject {
        TaskQueueSubject(ledger: ledger) { handlers, queues, condition in
            let endpoint = TaskPushEndpoint(
                ledger: ledger, handlers: handlers, authenticator: UnauthenticatedPushesForEmulatorsOnly()
            )
            let dispatcher = TaskDispatcher(ledger.pushedTasks, carrier: carrier)
            try await TaskQueueSubject.running(until: condition) {
                try await TaskQueueSubject.stepping(clock) {
                    while true {
                        _ = try await dispatcher.dispatchDue()
                        await carrier.deliver(to: endpoint, from: queues, clock: clock)
                        try await clock.sleep(for: .milliseconds(250))
                    }
                }
            }
        }
    }
}
