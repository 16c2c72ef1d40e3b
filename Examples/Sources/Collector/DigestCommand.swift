import ArgumentParser
import CommandLineSupport
import EventLedger
import EventLedgerCommands
import ResearchWatcher

/// Shows a user's digest.
struct DigestCommand: LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "digest",
        abstract: "Shows a user's digest: their best papers and why they were chosen.",
        discussion: """
            EXAMPLE:
              collector digest user-001 --ledger demo.sqlite
            """)

    @OptionGroup var place: BackendOptions

    @Argument(help: "The id of the user.")
    var user: String

    @Option(help: ArgumentHelp("How many papers to show at the most.", valueName: "n"))
    var limit: Int = Digest.usualLimit

    @Flag(help: "Print one line of JSON.")
    var json = false

    func run(in context: CommandContext) async throws -> CommandStatus {
        try await place.withLedger(.existing, in: context) { try await run(on: $0) }
    }

    private func run(on ledger: any Ledger) async throws -> CommandStatus {
        try await ReadModels.bringUpToDate(in: ledger)
        guard let document = try await ledger.documents.get(DigestDocument.self, id: user) else {
            throw CommandFailure(.negative, "The user \(user) has no digest yet. Make one: collector run")
        }
        let name = try await ledger.documents.get(UserDocument.self, id: user)?.name ?? user
        if json {
            try Output.json(document)
            return .success
        }

        let digest = document.digest
        print(Terminal.bold("Digest for \(name) (\(user)), \(digest.year)"))
        print(Terminal.dim("\(digest.matched) papers matched; the best \(digest.entries.count) are kept."))
        for (index, entry) in digest.entries.prefix(max(0, limit)).enumerated() {
            let number = index < 9 ? " \(index + 1)" : "\(index + 1)"
            let reasons = entry.reasons.map { "\($0.kind.rawValue) \"\($0.seed)\"" }.joined(separator: ", ")
            print("\(number). \(Score.text(entry.score))  \(Terminal.bold(entry.title))")
            print("            \(entry.paperID)  \(Terminal.dim(reasons))")
        }
        return .success
    }
}
