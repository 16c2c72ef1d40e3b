import ArgumentParser
import EventLedger

struct ProveConsistencyCommand: LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "consistency",
        abstract: "Prove that the events of an earlier seal are unchanged at the beginning of a later one's.",
        discussion: """
            Each of the two is named by its seal, which the ledger has to agree with, or by the number of events that it covers.

            Example: eventledger prove consistency --ledger ledger.sqlite --from-seal march.json --to-seal april.json \
            --output proof.json
            """
    )

    @OptionGroup var options: LedgerOptions

    @Option(name: .long, help: ArgumentHelp("The earlier seal.", valueName: "file"))
    var fromSeal: String?

    @Option(
        name: .long, help: ArgumentHelp("How many events the earlier seal covers.", valueName: "events"),
        transform: ArgumentText.size
    )
    var from: Int64?

    @Option(name: .long, help: ArgumentHelp("The later seal.", valueName: "file"))
    var toSeal: String?

    @Option(
        name: .long,
        help: ArgumentHelp("How many events the later seal covers; all there are unless given.", valueName: "events"),
        transform: ArgumentText.size
    )
    var to: Int64?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Write the proof to this file; else to standard output, where a terminal shows only its facts unless --json is "
                + "given.", valueName: "file"))
    var output: String?

    func validate() throws {
        guard (fromSeal == nil) != (from == nil) else {
            throw ValidationError("Name the earlier seal by --from-seal or by --from, and not by both.")
        }
        if toSeal != nil, to != nil {
            throw ValidationError("Name the later seal by --to-seal or by --to, not by both.")
        }
    }

    func run(in context: CommandContext) async throws -> CommandStatus {
        let old = try await SealFiles.seals(fromSeal.map { [$0] } ?? [])
        let new = try await SealFiles.seals(toSeal.map { [$0] } ?? [])
        return try await options.withLedger(.readOnly, in: context) { ledger in
            let proof = try await ProgressBar.show("Proving", in: context) { bar in
                try await LedgerSealer(ledger, clock: context.clock).consistencyProof(
                    from: old.first?.size ?? from ?? 0, to: new.first?.size ?? to, requiring: old + new
                ) { bar.update(done: $0.position.rawValue, total: $0.last?.rawValue) }
            }
            let facts = [("from", Cell(proof.from)), ("to", Cell(proof.to)), ("steps", Cell(proof.path.count))]
            try await context.output.write(proof: proof.json, facts, to: output, of: ledger, options, in: context)
            return .success
        }
    }
}
