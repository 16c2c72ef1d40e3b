import EventLedger
import EventLedgerSQLite
import TestSupport

/// A task worker that runs errands until its queues are empty. Settings: `lease`, the milliseconds of a lease, and
/// `concurrency`.
///
/// It tells `begin TASK ATTEMPT` before each attempt at an errand, and in the end a `report` of what the worker counted:
/// done, failed, snoozed, discarded, released, lost.
struct Working {
    let order: ChildOrder
    let parent: Parent

    func run() async throws {
        parent.tell("started")
        let ledger = try await order.open(telling: parent)
        let worker = TaskWorker(
            ledger: ledger, queues: [ChildErrands.queue, ChildErrands.nextQueue],
            handlers: TaskRouter(
                ErrandHandler(parent: parent, worker: order.name),
                NextErrandHandler(worker: order.name)
            ),
            concurrency: try order.number("concurrency", unless: 4),
            leaseDuration: .milliseconds(try order.number("lease", unless: 400)), name: WorkerName(order.name)
        )
        let report = try await worker.runUntilIdle()
        parent.tell(
            "report \(report.done) \(report.failed) \(report.snoozed) \(report.discarded) \(report.released) "
                + "\(report.lost)"
        )
        await ledger.close()
    }
}
