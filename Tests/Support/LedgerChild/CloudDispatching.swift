import EventLedger
import EventLedgerGCP

/// Hands the tasks of a ledger to Cloud Tasks until there are none, or the parent says "stop". Setting: `concurrency`, how
/// many at once.
///
/// It tells `begin` before each pass and `dispatched CREATED KNOWN` after it.
struct CloudDispatching {
    let order: ChildOrder
    let parent: Parent

    func run() async throws {
        parent.tell("started")
        // Nobody listens there: what is delivered is no matter here.
        let settings = CloudTasksSettings(
            location: "europe-west1", url: "http://127.0.0.1:1/tasks", authentication: .unauthenticated)
        let ledger = try await order.openCloud(telling: parent, tasks: settings)
        let dispatcher = try TaskDispatcher(ledger: ledger, concurrency: try order.number("concurrency", unless: 2))
        while !parent.hasSaid("stop") {
            parent.tell("begin")
            let report = try await dispatcher.dispatchDue()
            parent.tell("dispatched \(report.created) \(report.known)")
            if report.created + report.known + report.refused == 0 { break }
        }
        parent.tell("ended")
    }
}
