import ArgumentParser
import BenchSupport
import EventLedger
import EventLedgerGCP
import ResearchWatcher

/// Counts what an application uses.
struct CostRow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cost",
        abstract: "Runs Research Watcher on the emulators and counts what Google would bill.",
        discussion: """
            Users are registered; a run collects the bundled sample for all of them, fanned out as tasks; papers are \
            searched; then nothing happens for a while. Meanwhile a relay publishes the events, a subscriber copies them \
            to BigQuery, and a dispatcher hands over the tasks, as beside a web server. Of Cloud Tasks only the interface \
            is there: what is handed over is delivered by this program, the users' tasks at 10 a second.

            EXAMPLE:
              cloud-bench cost --project try-1 --users 100 --searches 20
            """)

    @OptionGroup var place: Place

    @Option(help: ArgumentHelp("How many users.", valueName: "n"))
    var users = 100

    @Option(help: ArgumentHelp("How many searches.", valueName: "n"))
    var searches = 20

    @Option(help: ArgumentHelp("How long nothing happens.", valueName: "seconds"))
    var idle = 30

    func validate() throws {
        try requirePositive(users, "--users")
        try requirePositive(searches, "--searches")
        try requirePositive(idle, "--idle")
    }

    /// What was used, by what for.
    private struct Report: Encodable {
        let operations: Int
        let seconds: Double
        let cpuSeconds: Double
        let users: Int
        let searches: Int
        let idleSeconds: Int
        let papers: Int
        let eventsOfRun: Int
        let eventsOfSearches: Int
        let registration: Meter.Count
        let run: Meter.Count
        let search: Meter.Count
        let idle: Meter.Count
    }

    func run() async throws {
        let flow = try await CostFlow(place)
        let watch = Stopwatch()
        let report = try await flow.withServices {
            try await flow.register(users)
            let registration = flow.meter.take()
            let registered = try await flow.events()
            try await flow.collect()
            let run = flow.meter.take()
            let collected = try await flow.events()
            try await flow.search(searches, users: users)
            let search = flow.meter.take()
            let searched = try await flow.events()
            // Whoever waits looks ever less often; what is counted is the rate that it settles to.
            try await Task.sleep(for: .seconds(min(idle, 20)))
            _ = flow.meter.take()
            try await Task.sleep(for: .seconds(idle))
            let quiet = flow.meter.take()
            let measurement = watch.measurement(searched)
            return Report(
                operations: searched, seconds: measurement.seconds, cpuSeconds: measurement.cpuSeconds, users: users,
                searches: searches, idleSeconds: idle, papers: try await flow.papers(),
                eventsOfRun: collected - registered, eventsOfSearches: searched - collected,
                registration: registration, run: run, search: search, idle: quiet
            )
        }
        print(try JSONText(encoding: report).text)
    }
}
