import ArgumentParser
import BenchSupport
import EventLedger
import EventLedgerSQLite

/// Makes the ledger that the reading rows read.
struct PrepareRow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prepare",
        abstract: "Makes a ledger for other rows: events with two tags, in order, all of it in the file itself.",
        discussion: """
            Its time says nothing: the commits are not synced one by one.

            EXAMPLE:
              ledger-bench prepare --ledger /data/million.sqlite --events 1000000
            """)

    @OptionGroup var file: LedgerFile

    @Option(help: ArgumentHelp("How many events.", valueName: "n"))
    var events: Int

    func validate() throws { try requirePositive(events, "--events") }

    func run() async throws {
        let ledger = try await file.create(durability: .lastCommitsMayBeLost)
        let start = ContinuousClock.now
        // One commit at a time: the events' numbers and their positions have the same order.
        let work = BulkAppend(Content(tags: 2), batch: LedgerLimits.eventsPerCommit, inFlight: 1)
        try await work.run(0..<events, to: ledger)
        let measurement = Measurement(operations: events, since: start)
        try await ledger.checkpoint()
        await ledger.close()
        try measurement.report()
    }
}
