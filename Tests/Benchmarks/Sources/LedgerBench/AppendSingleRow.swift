import ArgumentParser
import BenchSupport
import EventLedger
import EventLedgerSQLite

/// Commits one event at a time.
struct AppendSingleRow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "append-single",
        abstract: "Commits one event after the other to a new ledger, each on the disk before the next.",
        discussion: """
            EXAMPLE:
              ledger-bench append-single --ledger /data/a.sqlite --commits 5000
            """)

    @OptionGroup var file: LedgerFile
    @OptionGroup var options: ContentOptions

    @Option(help: ArgumentHelp("How many commits.", valueName: "n"))
    var commits: Int

    func validate() throws { try requirePositive(commits, "--commits") }

    func run() async throws {
        let ledger = try await file.create()
        let content = options.content()
        let start = ContinuousClock.now
        for number in 0..<commits { try await ledger.commit(content.commit(number..<number + 1)) }
        let measurement = Measurement(operations: commits, since: start)
        await ledger.close()
        try measurement.report()
    }
}
