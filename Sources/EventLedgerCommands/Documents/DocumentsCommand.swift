public import ArgumentParser

/// `documents`: the read models.
public struct DocumentsCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "documents",
        abstract: "Look at the documents.",
        discussion: "Example: eventledger documents list papers --ledger ledger.sqlite --where 'score>=70' --limit 5",
        subcommands: [DocumentCollectionsCommand.self, DocumentListCommand.self, DocumentGetCommand.self]
    )

    public init() {}
}
