import CommandLineSupport
import EventLedger
import ResearchWatcher

/// What a run came to, for people and for machines.
struct RunReport: Encodable {
    let run: String
    let mode: RunStarted.Mode
    let year: Int
    let users: Int
    let read: SourceReport
    let papers: Int
    /// Nil while workers are at it.
    let digests: Int?
    let failed: [String]
    let isComplete: Bool
    let seconds: Double

    init(
        run: RunInfo, fansOut: Bool, users: Int, corpus: PreparedCorpus, progress: RunProgress?, duration: Duration
    ) {
        self.run = run.id
        mode = fansOut ? .fanOut : .synchronous
        year = run.year
        self.users = users
        read = corpus.report
        papers = corpus.index.count
        digests = progress?.digested.count
        failed = progress?.failed.sorted() ?? []
        isComplete = progress?.completed != nil
        let components = duration.components
        let milliseconds = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
        seconds = Double(milliseconds) / 1000
    }

    /// What is shown.
    ///
    /// - Parameter isPushed: Whether a service delivers the tasks, instead of workers that lease them.
    func text(isPushed: Bool) -> String {
        var lines = [
            "Run \(run) (\(mode.rawValue)): \(users) users, \(read.records) records read, \(papers) papers, "
                + "\(read.problems) problems."
        ]
        if isComplete {
            lines.append("Complete after \(seconds) s: \(digests ?? 0) digests, \(failed.count) users given up.")
        } else {
            let worker = isPushed ? "worker --serve" : "worker --until-idle"
            lines.append("Its tasks wait in the queue \(Queues.userCollections) for workers: \(worker)")
        }
        if !failed.isEmpty { lines.append("Given up: \(failed.prefix(10).joined(separator: ", "))") }
        return lines.joined(separator: "\n")
    }
}
