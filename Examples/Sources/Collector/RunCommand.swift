import ArgumentParser
import CommandLineSupport
import EventLedger
import EventLedgerCommands
import ResearchWatcher

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Collects for all users.
struct RunCommand: LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Collects papers for all users and makes their digests.",
        discussion: """
            Without fan-out the collector does the users one after another. With it, each user is a task that any number of \
            `worker` processes pick up. USE_TASKS_FANOUT in the environment or in the file .env decides, unless --fanout or \
            --no-fanout is given; both ways give the same documents.

            EXAMPLES:
              collector run --ledger demo.sqlite
              collector run --fanout --wait --corpus ~/arxiv --year 2016 --ledger demo.sqlite
              USE_TASKS_FANOUT=true collector run --ledger demo.sqlite
            """)

    @OptionGroup var place: BackendOptions

    @Option(help: ArgumentHelp("A directory of arXiv day files; the bundled sample unless given.", valueName: "dir"))
    var corpus: String?

    @Flag(inversion: .prefixedNo, help: "Fan the users out to workers, or do them one after another.")
    var fanout: Bool?

    @Option(help: "The year that scores are counted from; this year unless given.")
    var year: Int?

    @Option(
        help: ArgumentHelp(
            "With fan-out: how many users may begin in a second; on Google Cloud as 'prepare' has set it unless given.",
            valueName: "n"))
    var dispatchesPerSecond: Double?

    @Flag(help: "With fan-out: wait until the workers have completed the run.")
    var wait = false

    @Option(help: ArgumentHelp("With --wait: for how long at the most.", valueName: "seconds"))
    var timeout: Int = 600

    @Flag(help: "Print one line of JSON.")
    var json = false

    func validate() throws {
        if let dispatchesPerSecond, !(dispatchesPerSecond > 0 && dispatchesPerSecond.isFinite) {
            throw ValidationError("--dispatches-per-second takes a number above 0.")
        }
        guard (1...86_400).contains(timeout) else { throw ValidationError("--timeout takes 1 to 86400 seconds.") }
        if let year, !(1...9999).contains(year) { throw ValidationError("--year takes a year from 1 to 9999.") }
    }

    func run(in context: CommandContext) async throws -> CommandStatus {
        // Read before anything is opened: a setting that means nothing is told at once.
        let fansOut = try await FanOutSetting.resolve(flag: fanout)
        return try await place.withLedger(.existing, in: context) { try await run(on: $0, fansOut: fansOut) }
    }

    private func run(on ledger: any Ledger, fansOut: Bool) async throws -> CommandStatus {
        let collector = RunCollector(ledger: ledger)
        let users = try await collector.users()
        guard !users.isEmpty else {
            throw CommandFailure(.negative, "There are no users yet. Register some: collector register --users 12")
        }
        let now = ledger.clock.now
        let run = RunInfo(
            startedAt: now, year: year ?? Int(now.description.prefix(4)) ?? 1970,
            source: CorpusSource(directory: corpus.map(Self.absolute)))
        // Also read here when workers do the work: bad input is reported to whoever asked for the run.
        let papers = try await Self.read(run)

        let start = ContinuousClock.now
        var progress: RunProgress?
        if fansOut {
            // Where a service delivers, its queues were made by `prepare`: changing them takes rights that a run does without.
            if dispatchesPerSecond != nil || ledger is any LeasingLedger {
                try await Queues.configure(
                    ledger.tasks, dispatchesPerSecond: dispatchesPerSecond ?? Queues.usualRate)
            }
            try await collector.fanOut(run, users: users, corpus: papers)
            if wait { progress = try await RunWait(ledger: ledger, timeout: .seconds(timeout)).completion(of: run.id) }
        } else {
            progress = try await collector.collectOneByOne(run, users: users, corpus: papers) {
                Terminal.progress("Collecting", $0, of: users.count)
            }
        }
        let report = RunReport(
            run: run, fansOut: fansOut, users: users.count, corpus: papers, progress: progress,
            duration: ContinuousClock.now - start)
        if json { try Output.json(report) } else { print(report.text(isPushed: !(ledger is any LeasingLedger))) }
        return progress.map { $0.failed.isEmpty } ?? true ? .success : .negative
    }

    /// Reads the corpus and says what is wrong with it, file by file and line by line.
    private static func read(_ run: RunInfo) async throws -> PreparedCorpus {
        let corpus: PreparedCorpus
        do {
            corpus = try await CorpusCache().corpus(for: run)
        } catch let error as SourceError {
            throw CommandFailure(.usage, error.description)
        }
        let shown = 20
        for problem in corpus.problems.prefix(shown) { Terminal.note("warning: \(problem)") }
        if corpus.problems.count > shown { Terminal.note("warning: … and \(corpus.problems.count - shown) more") }
        return corpus
    }

    /// Workers may have another working directory.
    private static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }
}
