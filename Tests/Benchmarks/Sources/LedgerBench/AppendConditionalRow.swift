import ArgumentParser
import BenchSupport
import EventLedger
import EventLedgerSQLite

/// Commits one event at a time under a condition on two tags.
struct AppendConditionalRow: AsyncParsableCommand {
    /// Behind which position nothing may match.
    enum Bound: String, ExpressibleByArgument, CaseIterable { case head, start }

    /// Which two tags the condition names when it reaches back to the start.
    enum Pair: String, ExpressibleByArgument, CaseIterable { case runs, users }

    static let configuration = CommandConfiguration(
        commandName: "append-conditional",
        abstract: "Commits one event after the other to a prepared ledger, if no event matches a query on two tags.",
        discussion: """
            With --after head the query names the tags of the new event, and nothing may match behind the last \
            position that the program knows. With --after start it names two tags of which each has many events, but \
            which no event has both, so that all of the ledger is in question: two runs with 1,000 events each, or two \
            users with a thousandth of the ledger's events each.

            EXAMPLES:
              ledger-bench append-conditional --ledger /data/million.sqlite --commits 2000 --condition false
              ledger-bench append-conditional --ledger /data/million.sqlite --commits 2000 --condition true
              ledger-bench append-conditional --ledger /data/million.sqlite --commits 2000 --after start --pair users
            """)

    @OptionGroup var file: LedgerFile

    @Option(help: ArgumentHelp("How many commits.", valueName: "n"))
    var commits: Int

    @Option(help: ArgumentHelp("Whether the commits have the condition.", valueName: "true|false"))
    var condition = true

    @Option(help: "Behind which position nothing may match.")
    var after = Bound.head

    @Option(help: "Which tags the condition names, with --after start.")
    var pair = Pair.runs

    func validate() throws { try requirePositive(commits, "--commits") }

    func run() async throws {
        let (ledger, events) = try await file.openPrepared()
        guard events >= 2 * Content.eventsPerRun else {
            throw BenchmarkFailure("The ledger has too few events. Prepare it with 2000 or more.")
        }
        let content = Content(tags: 2, streamPrefix: Content.newPrefix())
        var choice = LinearSequence()
        var head = Position(Int64(events))
        let start = ContinuousClock.now
        for number in events..<events + commits {
            var commit = try content.commit(number..<number + 1)
            if condition {
                let query: EventQuery
                switch after {
                case .head: query = EventQuery(tags: [Content.userTag(of: number), Content.runTag(of: number)])
                case .start: query = absent(among: events, &choice)
                }
                commit.require(nothingMatching: query, after: after == .head ? head : Position.start)
            }
            head = try await ledger.commit(commit).position
        }
        let measurement = Measurement(operations: commits, since: start)
        await ledger.close()
        try measurement.report()
    }

    /// A query that nothing matches, although each of its tags has many events: two runs, or two users.
    private func absent(among events: Int, _ choice: inout LinearSequence) -> EventQuery {
        let count = pair == .runs ? events / Content.eventsPerRun : Content.users
        let one = choice.next(below: count)
        let other = (one + 1 + choice.next(below: count - 1)) % count
        switch pair {
        case .runs:
            let size = Content.eventsPerRun
            return EventQuery(tags: [Content.runTag(of: one * size), Content.runTag(of: other * size)])
        case .users: return EventQuery(tags: [Content.userTag(of: one), Content.userTag(of: other)])
        }
    }
}
