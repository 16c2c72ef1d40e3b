import EventLedger
import EventLedgerSQLite
import TestSupport

/// Leases one errand and holds it without a heartbeat, as a process does that is stopped. When the parent says "go" it
/// tries to extend the lease, to complete the task, to record its effects under the task's commit id, and to give it back,
/// and tells what became of each: `did WHAT`, `repeated WHAT` where it was a duplicate, or `refused WHAT CODE`. Setting:
/// `lease`, the milliseconds of the lease.
struct Holding {
    let order: ChildOrder
    let parent: Parent

    func run() async throws {
        parent.tell("started")
        let ledger = try await order.open(telling: parent)
        let leased = try await ledger.leasedTasks.lease(
            from: [ChildErrands.queue], limit: 1, for: .milliseconds(try order.number("lease", unless: 400)),
            worker: WorkerName(order.name)
        )
        guard let lease = leased.first?.lease, let attempt = leased.first?.task.attempts else {
            throw LedgerError(.notFound, "There is no errand to hold.")
        }
        parent.tell("holds \(lease.key.name) \(lease.fencingToken)")
        try await parent.wait(for: "go")
        await attemptTo("extend") {
            _ = try await ledger.leasedTasks.extend(lease, for: .seconds(60))
            return "did"
        }
        for (what, id) in [("complete", CommitID.unique()), ("record", lease.commitID)] {
            await attemptTo(what) {
                var commit = try ChildErrands.commit(lease.key.name.rawValue, attempt: attempt, by: order.name)
                commit.id = id
                commit.complete(lease)
                return try await ledger.commit(commit).isDuplicate ? "repeated" : "did"
            }
        }
        await attemptTo("release") {
            _ = try await ledger.leasedTasks.settle(lease, .released)
            return "did"
        }
        await ledger.close()
        parent.tell("ended")
    }

    /// - Parameter body: Returns the word for what it did.
    private func attemptTo(_ what: String, _ body: () async throws -> String) async {
        do {
            parent.tell("\(try await body()) \(what)")
        } catch let error as LedgerError {
            parent.tell("refused \(what) \(error.code)")
        } catch {
            parent.tell("refused \(what) \(type(of: error))")
        }
    }
}
