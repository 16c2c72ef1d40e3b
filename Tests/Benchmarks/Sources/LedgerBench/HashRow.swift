import ArgumentParser
import BenchSupport
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
        // One event is hashed again and again, so that making it is not in the time.
        let number = 123_456
        let (event, stream) = (try content.event(number), content.stream(of: number))
        let time = SystemClock().now
        var hasher = EventHasher()
        var hash = EventHash.zero
        let start = ContinuousClock.now
        for revision in 1...events {
            hash = hasher.hash(
                id: event.id, stream: stream, revision: Revision(Int64(revision)), type: event.type,
                schemaVersion: event.schemaVersion, data: event.data, tags: event.tags, occurredAt: time,
                recordedAt: time, metadata: .emptyObject, previous: hash
            )
        }
        let measurement = Measurement(operations: events, since: start)
        // Looked at, so that no compiler finds the work superfluous.
        guard hash != .zero else { throw BenchmarkFailure("The last hash is zero. Look at the hasher.") }
        try measurement.report()
    }
}
