import ArgumentParser
import EventLedger

/// Only the hashing.
struct HashRow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hash",
        abstract: "Hashes events in memory, each chained to the one before, and does nothing else.",
        discussion: """
            EXAMPLE:
              ledger-bench hash --events 1000000
            """)

    @OptionGroup var options: ContentOptions

    @Option(help: ArgumentHelp("How many events.", valueName: "n"))
    var events: Int

    @Option(help: ArgumentHelp("Taken, as every row does, and not used.", valueName: "file"))
    var ledger: String?

    func validate() throws { try requirePositive(events, "--events") }

    func run() async throws {
        let content = options.content()
        // A thousand events are hashed again and again, so that making them is not in the time.
        let prepared = try (0..<Content.eventsPerRun).map { number in
            (stream: content.stream(of: number), event: try content.event(number))
        }
        let time = SystemClock().now
        var hasher = EventHasher()
        var hash = EventHash.zero
        let start = ContinuousClock.now
        for number in 0..<events {
            let (stream, event) = prepared[number % prepared.count]
            let revision = Revision(Int64(number % Content.eventsPerStream + 1))
            hash = hasher.hash(
                id: event.id, stream: stream, revision: revision, type: event.type, schemaVersion: event.schemaVersion,
                data: event.data, tags: event.tags, occurredAt: time, recordedAt: time, metadata: .emptyObject,
                previous: revision == 1 ? .zero : hash
            )
        }
        let measurement = Measurement(operations: events, since: start)
        // Looked at, so that no compiler finds the work superfluous.
        guard hash != .zero else { throw ValidationError("The last hash is zero.") }
        try measurement.report()
    }
}
