import ArgumentParser
import EventLedgerCommands
import GoogleCloudSupport

/// Reacts to what was collected, with less authority than the system itself.
@main
struct AgentsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agents",
        abstract: "Agents that summarize papers and find trends.",
        discussion: """
            They may write the collections summaries, notifications and insights and the event agent.acted, and nothing else. \
            Run again, they change nothing.

            EXAMPLES:
              agents summarize --min-score 70 --ledger demo.sqlite
              agents trends --ledger demo.sqlite

            Exit status: 0 fine, 1 the answer is no, 2 usage, 3 the ledger could not be used.
            """,
        subcommands: [SummarizeCommand.self, TrendsCommand.self])

    static func main() async {
        await CommandRunner.main(AgentsCommand.self, backends: [GoogleCloudBackend()])
    }
}
