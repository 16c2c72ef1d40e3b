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
              ledger-bench append --ledger /data/c.sqlite --events 200000 --in-flight 8
            """)

    @OptionGroup var file: LedgerFile
    @OptionGroup var bulk: BulkOptions
    @OptionGroup var options: ContentOptions

    func run() async throws {
        let ledger = try await file.create()
        let work = BulkAppend(options.content(), batch: bulk.batch, inFlight: bulk.inFlight)
        let start = ContinuousClock.now
        try await work.run(0..<bulk.events, to: ledger)
        let measurement = Measurement(operations: bulk.events, since: start)
        await ledger.close()
        try measurement.report()
    }
}

/// Appends events behind those that are there.
struct AppendMoreRow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "append-more",
        abstract: "Appends events to new streams of a prepared ledger: what its size costs.",
        discussion: """
            The numbers of the events go on behind those that are there.

            EXAMPLE:
              ledger-bench append-more --ledger /data/million.sqlite --events 100000 --tags 2
            """)

    @OptionGroup var file: LedgerFile
    @OptionGroup var bulk: BulkOptions
    @OptionGroup var options: ContentOptions

    func run() async throws {
        let (ledger, events) = try await file.openPrepared()
        let content = options.content(streamPrefix: Content.newPrefix())
        let work = BulkAppend(content, batch: bulk.batch, inFlight: bulk.inFlight)
        let start = ContinuousClock.now
        try await work.run(events..<events + bulk.events, to: ledger)
        let measurement = Measurement(operations: bulk.events, since: start)
        await ledger.close()
        try measurement.report()
    }
}
