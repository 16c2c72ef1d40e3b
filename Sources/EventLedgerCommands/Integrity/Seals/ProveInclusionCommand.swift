import ArgumentParser
import EventLedger

struct ProveInclusionCommand: LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "inclusion",
        abstract: "Prove that an event stands at its position among the events of a seal.",
        discussion: """
            The proof is for a seal of as many events: that of --seal, which the ledger has to agree with, or one of --size events.

            Example: eventledger prove inclusion --ledger ledger.sqlite --position 42 --seal seal.json --output proof.json
            """
    )

    @OptionGroup var options: LedgerOptions

    @Option(
        name: .long, help: ArgumentHelp("The event's position.", valueName: "position"),
        transform: ArgumentText.position
    )
    var position: Position

    @Option(name: .long, help: ArgumentHelp("The seal that the proof is for.", valueName: "file"))
    var seal: String?

    @Option(
        name: .long,
        help: ArgumentHelp("How many events that seal covers; all there are unless given.", valueName: "events"),
        transform: ArgumentText.size
    )
    var size: Int64?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Write the proof to this file; else to standard output, where a terminal shows only its facts unless --json is "
                + "given.", valueName: "file"))
    var output: String?

    func validate() throws {
        if seal != nil, size != nil {
            throw ValidationError("--seal says how many events there are. Leave out --size.")
        }
    }

    func run(in context: CommandContext) async throws -> CommandStatus {
        let seals = try await SealFiles.seals(seal.map { [$0] } ?? [])
        return try await options.withLedger(.readOnly, in: context) { ledger in
            let proof = try await ProgressBar.show("Proving", in: context) { bar in
                try await LedgerSealer(ledger, clock: context.clock).inclusionProof(
                    of: position, first: seals.first?.size ?? size, requiring: seals
                ) { bar.update(done: $0.position.rawValue, total: $0.last?.rawValue) }
            }
            let facts = [
                ("position", Cell(proof.position)), ("events", Cell(proof.size)), ("event hash", Cell(proof.eventHash)),
                ("steps", Cell(proof.path.count)),
            ]
            try await context.output.write(proof: proof.json, facts, to: output, of: ledger, options, in: context)
            return .success
        }
    }
}
