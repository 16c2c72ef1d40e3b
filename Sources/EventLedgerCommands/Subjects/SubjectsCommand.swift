public import ArgumentParser

/// `subjects`: those whose data are encrypted.
public struct SubjectsCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "subjects",
        abstract: "Look at the subjects whose data are encrypted, and forget them.",
        discussion: "Example: eventledger subjects list --keys keys.sqlite",
        subcommands: [SubjectListCommand.self, SubjectForgetCommand.self]
    )

    public init() {}
}
