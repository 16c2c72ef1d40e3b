import ArgumentParser
import EventLedger
import EventLedgerSQLite

/// Appends events in large commits.
struct AppendRow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "append",
        abstract: "Appends events to a new ledger, many in a commit; each receipt means that the disk has them.",
        discussion: """
            A commit holds at most 500 events. To fill larger transactions, several commits are sent together.

            EXAMPLES:
              ledger-bench append --ledger /data/a.sqlite --events 200000
              ledger-bench append --ledger /data/b.sqlite --events 200000 --tags 2 --typed
            """)

    @OptionGroup var file: LedgerFile
    @OptionGroup var options: ContentOptions

    @Option(help: ArgumentHelp("How many events.", valueName: "n"))
    var events: Int

    @Option(help: ArgumentHelp("How many events a transaction is to hold.", valueName: "n"))
    var batch = 1000

    @Option(help: ArgumentHelp("How many commits are sent together.", valueName: "k"))
    var inFlight = 2

    func validate() throws {
        try requirePositive(events, "--events")
        try requirePositive(batch, "--batch")
        try requirePositive(inFlight, "--in-flight")
    }

    func run() async throws {
        let ledger = try await file.create()
        let work = BulkAppend(content: options.content(), batch: batch, inFlight: inFlight)
        let start = ContinuousClock.now
        try await work.run(0..<events, to: ledger)
        let measurement = Measurement(operations: events, since: start)
        await ledger.close()
        try measurement.report()
    }
}
