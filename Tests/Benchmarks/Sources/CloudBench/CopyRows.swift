import ArgumentParser
import EventLedger
import EventLedgerGCP
import EventLedgerInMemory

/// Writes the copy that is read.
struct PrepareCopyRow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prepare-copy",
        abstract: "Loads events into a new BigQuery dataset, for reading.",
        discussion: """
            EXAMPLE:
              cloud-bench prepare-copy --project try-1 --events 100000
            """)

    @OptionGroup var place: Place
    @OptionGroup var count: EventCount

    func run() async throws {
        let ledger = InMemoryLedger()
        try await SampleEvents().append(count.events, to: ledger)
        let dataset = try BigQueryDataset("bench", on: try await place.cloud())
        try await BigQuerySchema.create(in: dataset)
        let watch = Stopwatch()
        let loaded = try await BigQueryLoader(dataset).load(from: ledger)
        try watch.measurement(loaded).report()
    }
}

/// Reads the copy.
struct ReadCopyRow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "read-copy",
        abstract: "Reads all events of a prepared BigQuery dataset in order.",
        discussion: """
            EXAMPLE:
              cloud-bench read-copy --project try-1 --events 100000
            """)

    @OptionGroup var place: Place
    @OptionGroup var count: EventCount

    func run() async throws {
        let dataset = try BigQueryDataset("bench", on: try await place.cloud())
        try await count.read(from: BigQueryReader(dataset))
    }
}
