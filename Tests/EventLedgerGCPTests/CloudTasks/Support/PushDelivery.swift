import EventLedger
import EventLedgerTesting

@testable import EventLedgerGCP

extension TaskQueueSubject {
    /// A ledger whose tasks are in Firestore, or as if they were, carried within the process to an endpoint.
    ///
    /// Time passes between two rounds only: while a task is delivered the clock stands, however long that takes, so no hold ends
    /// and no wait is over because the machine is slow. A handler that waits for the clock is not for it.
    static func pushed(
        _ ledger: some Ledger & PushingLedger, by carrier: LocalCarrier, clock: TestClock
    ) -> TaskQueueSubject {
        TaskQueueSubject(ledger: ledger) { handlers, queues, condition in
            let endpoint = TaskPushEndpoint(
                ledger: ledger, handlers: handlers, authenticator: UnauthenticatedPushesForEmulatorsOnly()
            )
            let dispatcher = TaskDispatcher(ledger.pushedTasks, carrier: carrier)
            try await TaskQueueSubject.running(until: condition) {
                while true {
                    _ = try await dispatcher.dispatchDue()
                    await carrier.deliver(to: endpoint, from: queues, clock: clock)
                    clock.advance(by: .milliseconds(250))
                    // Not much time passes before the condition is looked at.
                    try await Task.sleep(for: .milliseconds(1))
                }
            }
        }
    }
}
