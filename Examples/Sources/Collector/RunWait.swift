import CommandLineSupport
import EventLedger
import EventLedgerCommands
import ResearchWatcher

/// Waits until workers have completed a run, and shows how far they have come.
struct RunWait {
    let ledger: any Ledger
    let timeout: Duration

    /// - Throws: ``CommandFailure`` where the run is not complete in time.
    func completion(of run: String) async throws -> RunProgress {
        let deadline = ledger.clock.now + timeout
        while true {
            guard let progress = try await RunProgress.read(run, from: ledger) else {
                throw CommandFailure(.negative, "The run \(run) is not in the ledger.")
            }
            let total = progress.started.users.count
            if progress.completed != nil {
                Terminal.progress("Collecting", total, of: total)
                return progress
            }
            // The last step stays open until the run is complete.
            Terminal.progress("Collecting", min(total - 1, total - progress.pending), of: total)
            guard ledger.clock.now < deadline else {
                throw CommandFailure(
                    .negative,
                    "The run \(run) is not complete after \(timeout): \(progress.pending) users wait. "
                        + "Start workers ('worker', or 'worker --serve' on Google Cloud), or look at its dead letters; "
                        + "nothing is lost.")
            }
            try await ledger.clock.sleep(for: .milliseconds(min(2000, 200 + 2 * total)))
        }
    }
}
