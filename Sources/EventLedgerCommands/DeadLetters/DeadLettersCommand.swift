public import ArgumentParser

/// `dead-letters`: what could not be handled.
public struct DeadLettersCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "dead-letters",
        abstract: "Look at tasks and events that could not be handled, and decide about them.",
        discussion: "Example: eventledger dead-letters list --ledger ledger.sqlite --origin mail",
        subcommands: [
            DeadLetterListCommand.self, DeadLetterShowCommand.self, DeadLetterRetryCommand.self,
            DeadLetterResolveCommand.self, DeadLetterPurgeCommand.self,
        ]
    )

    public init() {}
}
