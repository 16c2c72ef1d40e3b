public import ArgumentParser

/// `check`: tests proofs, without the ledger.
public struct CheckCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Test a proof with seals, without the ledger; status 1 where it proves nothing.",
        discussion: "Example: eventledger check inclusion proof.json --seal seal.json --event event.jsonl",
        subcommands: [CheckInclusionCommand.self, CheckConsistencyCommand.self]
    )

    public init() {}
}
