public import ArgumentParser

/// `prove`: proofs for people who have a seal and not the ledger.
public struct ProveCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "prove",
        abstract: "Make a proof for somebody who has a seal of the ledger, but not the ledger.",
        discussion: """
            'check' tests a proof without the ledger.

            Example: eventledger prove inclusion --ledger ledger.sqlite --position 42 --seal seal.json --output proof.json
            """,
        subcommands: [ProveInclusionCommand.self, ProveConsistencyCommand.self]
    )

    public init() {}
}
