import ArgumentParser
import CommandLineSupport
import EventLedger
import EventLedgerCommands
import ResearchWatcher

/// Finds what many users search for.
struct TrendsCommand: LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "trends",
        abstract: "Finds queries by more than 3 users within 7 days, and writes insights/trending_topics.",
        discussion: """
            EXAMPLE:
              agents trends --ledger demo.sqlite
            """)

    @OptionGroup var place: BackendOptions

    @Flag(help: "Print one line of JSON.")
    var json = false

    private struct Report: Encodable {
        let topics: [TrendingTopic]
        let isNew: Bool
    }

    func run(in context: CommandContext) async throws -> CommandStatus {
        try await place.withLedger(.existing, in: context) { try await run(on: $0) }
    }

    private func run(on ledger: any Ledger) async throws -> CommandStatus {
        let found = try await TrendsAgent(ledger: ledger.scoped(to: AgentScope.scope)).run()
        if json {
            try Output.json(Report(topics: found.topics, isNew: found.isNew))
            return .success
        }
        print(found.isNew ? "insights/trending_topics was written." : "Nothing has changed.")
        if found.topics.isEmpty {
            print("  No query was searched for by more than \(Trends.userThreshold) users in the last seven days.")
        }
        for topic in found.topics {
            print("  \(Terminal.bold(topic.query)): \(topic.users) users, \(topic.searches) searches")
        }
        return .success
    }
}
