import ArgumentParser
import BenchSupport

/// What the emulator itself takes: commits.
struct AppendLimitRow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "append-limit",
        abstract: "Sends the Firestore emulator the least that a ledger could, one request after the other.",
        discussion: """
            As many events in a request as there are writers: a ledger cannot put more of them together.

            EXAMPLE:
              cloud-bench append-limit --project try-1 --commits 20000 --writers 64
            """)

    @OptionGroup var place: Place

    @Option(help: ArgumentHelp("How many events in all.", valueName: "n"))
    var commits: Int

    @Option(help: ArgumentHelp("How many in a request.", valueName: "n"))
    var writers = 1

    func validate() throws {
        try requirePositive(commits, "--commits")
        try requirePositive(writers, "--writers")
    }

    func run() async throws {
        let firestore = try BareFirestore(project: place.project)
        var time = try await firestore.commit(1, behind: 0, headAt: nil)
        let watch = Stopwatch()
        var position = 1
        while position < commits + 1 {
            let events = min(writers, commits + 1 - position)
            time = try await firestore.commit(events, behind: position, headAt: time)
            position += events
        }
        try watch.measurement(commits).report()
    }
}

/// What the emulator itself gives: events.
struct ReadLimitRow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "read-limit",
        abstract: "Asks the Firestore emulator for the same pages as the library, and decodes nothing.",
        discussion: """
            EXAMPLE:
              cloud-bench read-limit --project try-1 --events 100000
            """)

    /// As many as the library's reader asks for.
    private static let eventsPerPage = 500

    @OptionGroup var place: Place
    @OptionGroup var count: EventCount

    func run() async throws {
        let firestore = try BareFirestore(project: place.project)
        let watch = Stopwatch()
        var position = 0
        while true {
            let found = try await firestore.page(behind: position, limit: Self.eventsPerPage)
            position += found
            if found < Self.eventsPerPage { break }
        }
        let measurement = watch.measurement(position)
        guard position == count.events else {
            throw BenchmarkFailure("\(position) events were read, not \(count.events). Prepare them anew.")
        }
        try measurement.report()
    }
}
