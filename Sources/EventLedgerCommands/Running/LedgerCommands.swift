public import ArgumentParser

/// The commands, to be put together into a tool.
public enum LedgerCommands {
    /// The version of the commands.
    public static let version = "0.1.0"

    /// All commands, with `replay` and `rebuild` for the projections of a tool.
    ///
    /// - Parameter provider: Gives the projections.
    public static func all<Provider: ProjectionProvider>(projecting provider: Provider.Type)
        -> [any ParsableCommand.Type]
    {
        [
            AppendCommand.self, ReadCommand.self, TailCommand.self, StatsCommand.self, VerifyCommand.self,
            SealCommand.self, ProveCommand.self, CheckCommand.self,
            ReplayCommand<Provider>.self, RebuildCommand<Provider>.self, DocumentsCommand.self, CheckpointCommand.self,
            ExportCommand.self, ImportCommand.self, TasksCommand.self, DeadLettersCommand.self,
            SubjectsCommand.self,
        ]
    }
}

/// The plain tool, `eventledger`.
public struct EventLedgerCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "eventledger",
        abstract: "Looks into a ledger file, and works on it.",
        discussion: """
            Every command but 'check' and 'subjects' takes --ledger FILE, or the file from the environment variable \
            EVENTLEDGER_FILE. On a terminal there are tables; piped, or with --json, one JSON object a line.

            Exit status: 0 fine, 1 the answer is no (findings, conflict, not found), 2 usage, 3 the ledger could not be used.

            Example: eventledger read --ledger ledger.sqlite --category user --backwards --limit 10
            """,
        version: LedgerCommands.version, subcommands: LedgerCommands.all(projecting: NoProjections.self)
    )

    public init() {}
}
