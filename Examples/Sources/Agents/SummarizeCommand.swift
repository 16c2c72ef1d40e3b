import ArgumentParser
import CommandLineSupport
import EventLedger
import EventLedgerCommands
import ResearchWatcher

/// Summarizes the best papers.
struct SummarizeCommand: LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "summarize",
        abstract: "Writes a summary of three sentences for every good paper that has none.",
        discussion: """
            EXAMPLE:
              agents summarize --min-score 70 --ledger demo.sqlite
            """)

    @OptionGroup var place: BackendOptions

    @Option(help: ArgumentHelp("The least score of a paper that gets one, 0 to 100.", valueName: "score"))
    var minScore: Double = 70

    @Option(help: ArgumentHelp("How many of the new summaries to show.", valueName: "n"))
    var show: Int = 0

    @Flag(help: "Print one line of JSON.")
    var json = false

    func validate() throws {
        guard (0...100).contains(minScore) else { throw ValidationError("--min-score takes a number from 0 to 100.") }
    }

    func run(in context: CommandContext) async throws -> CommandStatus {
        try await place.withLedger(.existing, in: context) { try await run(on: $0) }
    }

    private func run(on ledger: any Ledger) async throws -> CommandStatus {
        let scoped = ledger.scoped(to: AgentScope.scope)
        let agent = SummaryAgent(ledger: scoped, summarizer: ExtractiveSummarizer())
        let report = try await agent.run(minimumScore: minScore)
        if json {
            try Output.json(report)
        } else {
            print(
                "\(report.written.count) summaries written, \(report.known) were there, "
                    + "\(report.withoutAbstract) papers have no abstract.")
            for id in report.written.prefix(max(0, show)) {
                guard let summary = try await scoped.documents.get(SummaryDocument.self, id: id) else { continue }
                print(Terminal.bold(summary.title) + "  " + Terminal.dim("summaries/\(id)"))
                for sentence in summary.sentences { print("  \(sentence)") }
                print(Terminal.dim("  by \(summary.summarizer), from \(summary.provenance.joined(separator: ", "))"))
            }
        }
        return .success
    }
}
