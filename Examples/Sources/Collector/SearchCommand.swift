import ArgumentParser
import CommandLineSupport
import EventLedger
import EventLedgerCommands
import ResearchWatcher

/// Searches the papers collected so far.
struct SearchCommand: LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Searches the papers collected so far, and records who asked for what.",
        discussion: """
            Finds the papers whose title and abstract hold all the words.

            EXAMPLE:
              collector search "neural networks" --user user-001 --ledger demo.sqlite
            """)

    @OptionGroup var place: BackendOptions

    @Argument(help: "The words to look for.")
    var query: String

    @Option(help: ArgumentHelp("Who asks.", valueName: "id"))
    var user: String

    @Option(help: ArgumentHelp("How many papers to show at the most.", valueName: "n"))
    var limit: Int = 10

    @Flag(help: "Print one line of JSON for each paper.")
    var json = false

    func validate() throws {
        guard query.utf8.count <= 1000, query.contains(where: { $0.isLetter || $0.isNumber }) else {
            throw ValidationError("The query needs a word, and at most 1000 bytes.")
        }
        guard (1...1000).contains(limit) else { throw ValidationError("--limit takes a number from 1 to 1000.") }
    }

    func run(in context: CommandContext) async throws -> CommandStatus {
        try await place.withLedger(.existing, in: context) { try await run(on: $0) }
    }

    private func run(on ledger: any Ledger) async throws -> CommandStatus {
        try await ReadModels.bringUpToDate(in: ledger)
        guard try await ledger.documents.get(UserDocument.self, id: user) != nil else {
            throw CommandFailure(.negative, "There is no user \(user). Register some: collector register --users 12")
        }
        let result = try await PaperSearch(ledger: ledger).search(query, by: user, limit: limit)
        if json {
            for paper in result.papers { try Output.json(paper) }
            return .success
        }
        print("\(result.count) \(result.count == 1 ? "paper" : "papers") for '\(query)', \(result.durationMs) ms")
        for paper in result.papers {
            print("  \(Score.text(paper.score))  \(paper.paper.title)  \(Terminal.dim(paper.id))")
        }
        return .success
    }
}
