public import ArgumentParser

/// A command of the tool, or of one composed from the same parts.
public protocol LedgerCommand: AsyncParsableCommand {
    /// Does what the command is for.
    ///
    /// - Parameter context: Where input comes from and output goes.
    /// - Returns: The exit status.
    /// - Throws: Any error; ``CommandStatus/init(_:)-(any Error)`` says which exit status it means.
    func run(in context: CommandContext) async throws -> CommandStatus
}

extension LedgerCommand {
    /// Runs the command in this process, so that it also works below the `main` of ArgumentParser.
    public mutating func run() async throws {
        let status = await CommandRunner.perform(self, in: .process)
        guard status == .success else { throw ExitCode(status.rawValue) }
    }
}
