public import ArgumentParser
import EventLedger
import EventLedgerSQLite

/// `checkpoint`: SQLite's.
public struct CheckpointCommand: LedgerCommand {
    public static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: "Copy SQLite's write-ahead log into the ledger file and empty it, as before copying the file.",
        discussion: "Example: eventledger checkpoint --ledger ledger.sqlite"
    )

    @OptionGroup var options: LedgerOptions

    public init() {}

    public func run(in context: CommandContext) async throws -> CommandStatus {
        let pages = try await options.withFile(.existing, in: context) { try await $0.checkpoint() }
        var line = JSONLine()
        line.add("walPages", .number(pages.walPages))
        line.add("copiedPages", .number(pages.copiedPages))
        try await context.output.write(
            [("pages in the log", Cell(pages.walPages)), ("pages copied", Cell(pages.copiedPages))], json: line,
            asTable: options.isTable(in: context)
        )
        return .success
    }
}
