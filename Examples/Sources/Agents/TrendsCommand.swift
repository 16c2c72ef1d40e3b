import ArgumentParser
import CommandLineSupport
import EventLedger
import EventLedgerSQLite
import ResearchWatcher

/// Finds what many users search for.
struct TrendsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trends",
        abstract: "Finds queries by more than 3 users within 7 days, and writes insights/trending_topics.",
        discussion: """
            EXAMPLE:
              agents trends --ledger demo.sqlite
            """)

    @OptionGroup var ledger: LedgerOption

    @Flag(help: "Print one line of JSON.")
    var json = false

    private struct Report: Encodable {
        let topics: [TrendingTopic]
        let isNew: Bool
    }

    func run() async throws {
        let file = try await ledger.open()
        let found = try await TrendsAgent(ledger: file.scoped(to: AgentScope.scope)).run()
        await file.close()
        if json { return try Output.json(Report(topics: found.topics, isNew: found.isNew)) }
        print(found.isNew ? "insights/trending_topics was written." : "Nothing has changed.")
        if found.topics.isEmpty {
            print("  No query was searched for by more than \(Trends.userThreshold) users in the last seven days.")
        }
        for topic in found.topics {
            print("  \(Terminal.bold(topic.query)): \(topic.users) users, \(topic.searches) searches")
        }
    }
}
