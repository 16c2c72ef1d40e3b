import ArgumentParser
import EventLedger

struct CheckConsistencyCommand: LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "consistency",
        abstract: "Test whether the events of an earlier seal are unchanged at the beginning of a later one's.",
        discussion: "Example: eventledger check consistency proof.json --from-seal march.json --to-seal april.json"
    )

    @OptionGroup var form: FormOptions

    @Argument(help: "The proof.")
    var proof: String

    @Option(name: .long, help: ArgumentHelp("The earlier seal.", valueName: "file"))
    var fromSeal: String

    @Option(name: .long, help: ArgumentHelp("The later seal.", valueName: "file"))
    var toSeal: String

    func run(in context: CommandContext) async throws -> CommandStatus {
        let proof = try await SealFiles.read(proof) { try ConsistencyProof(json: $0) }
        let old = try await SealFiles.seal(fromSeal), new = try await SealFiles.seal(toSeal)
        return try await context.output.write(
            proof.verdict(from: old, to: new), "the first \(proof.from) of \(proof.to) events are unchanged",
            asTable: form.isTable(in: context)
        )
    }
}
