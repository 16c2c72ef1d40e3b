import CommandLineSupport
import EventLedger
import ResearchWatcher
import ServiceLifecycle

/// A task worker, and what it has to say when it ends.
struct WorkerService: Service {
    let ledger: any LeasingLedger
    let worker: TaskWorker
    let untilIdle: Bool
    let json: Bool

    private struct Report: Encodable {
        let done: Int
        let failed: Int
        let snoozed: Int
        let discarded: Int
        let released: Int
        let lost: Int
    }

    func run() async throws {
        guard untilIdle else { return try await worker.run() }
        let report = try await worker.runUntilIdle()
        // A dead letter that was retried after its run was complete has made documents that nobody has seen to.
        try await ReadModels.bringUpToDate(in: ledger)
        if json {
            try Output.json(
                Report(
                    done: report.done, failed: report.failed, snoozed: report.snoozed, discarded: report.discarded,
                    released: report.released, lost: report.lost))
        } else {
            print("Idle: \(report.done) tasks done, \(report.failed) attempts failed, \(report.discarded) discarded.")
        }
    }
}
