import ArgumentParser
import BenchSupport
import EventLedger
import EventLedgerGCP
import EventLedgerInMemory

/// Publishes events by the relay.
struct PublishRow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Lets a relay publish the events of a ledger in memory on a new topic, in its usual batches.",
        discussion: """
            EXAMPLE:
              cloud-bench publish --project try-1 --events 50000
            """)

    @OptionGroup var place: Place
    @OptionGroup var count: EventCount

    @Option(help: ArgumentHelp("The size of an event's data, from 40.", valueName: "bytes"))
    var size = 400

    func validate() throws {
        guard size >= 40 else { throw ValidationError("--size takes a number from 40.") }
    }

    func run() async throws {
        let ledger = InMemoryLedger()
        try await SampleEvents(bytes: size).append(count.events, to: ledger)
        let cloud = try await place.cloud()
        let topic = cloud.topic("bench")
        try await PubSubClient(on: cloud).create(topic)
        let relay = EventRelay("bench", from: ledger, to: PubSubTarget(topic, on: cloud), keeping: ledger.documents)
        let watch = Stopwatch()
        let report = try await relay.catchUp()
        let measurement = watch.measurement(report.events)
        guard report.events == count.events, report.refused == 0 else {
            throw BenchmarkFailure("\(report.events) of \(count.events) events were published. Run the row again.")
        }
        try measurement.report()
    }
}
