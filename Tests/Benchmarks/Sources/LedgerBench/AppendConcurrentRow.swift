import ArgumentParser
import BenchSupport
import EventLedger
import EventLedgerSQLite

/// Many writers, each committing one event at a time.
struct AppendConcurrentRow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "append-concurrent",
        abstract: "Lets many writers at once commit one event after the other to a new ledger.",
        discussion: """
            EXAMPLE:
              ledger-bench append-concurrent --ledger /data/a.sqlite --commits 100000 --writers 64
            """)

    @OptionGroup var file: LedgerFile
    @OptionGroup var options: ContentOptions

    @Option(help: ArgumentHelp("How many commits in all.", valueName: "n"))
    var commits: Int

    @Option(help: ArgumentHelp("How many writers.", valueName: "n"))
    var writers = 64

    func validate() throws {
        try requirePositive(commits, "--commits")
        try requirePositive(writers, "--writers")
    }

    func run() async throws {
        let ledger = try await file.create()
        let content = options.content()
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<writers {
                let numbers = commits * writer / writers..<commits * (writer + 1) / writers
                group.addTask {
                    for number in numbers { try await ledger.commit(content.commit(number..<number + 1)) }
                }
            }
            try await group.waitForAll()
        }
        let measurement = Measurement(operations: commits, since: start)
        await ledger.close()
        try measurement.report()
    }
}
