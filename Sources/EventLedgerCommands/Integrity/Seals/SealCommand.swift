public import ArgumentParser
import EventLedger

/// `seal`: a dated root over the events, to be kept elsewhere.
public struct SealCommand: LedgerCommand {
    public static let configuration = CommandConfiguration(
        commandName: "seal",
        abstract: "Make a seal: a dated Merkle root over the events, to be kept away from the ledger.",
        discussion: """
            Whoever keeps the seal can tell later, by 'verify --seal FILE', whether events were removed or rewritten. Verify the \
            ledger first: a seal takes the stored hashes as they are.

            With --output the seal is written to that file. A seal that is there already is kept where it is of the same events, \
            and else only replaced with --replace; in both cases the ledger has to agree with it. Any other file is left alone.

            Example: eventledger seal --ledger ledger.sqlite --output seals/2026-11-21.json --requiring seals/2026-11-20.json
            """
    )

    @OptionGroup var options: LedgerOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Write the seal to this file; else to standard output, where a terminal shows only its facts unless --json is "
                + "given.", valueName: "file"))
    var output: String?

    @Option(
        name: .long, help: ArgumentHelp("Seal only so many events; all there are unless given.", valueName: "events"),
        transform: ArgumentText.size
    )
    var size: Int64?

    @Option(
        name: .long,
        help: ArgumentHelp("Seal only if the ledger agrees with this earlier seal. May be repeated.", valueName: "file")
    )
    var requiring: [String] = []

    @Flag(name: .long, help: "Replace an earlier seal in the file of --output.")
    var replace = false

    public init() {}

    public func run(in context: CommandContext) async throws -> CommandStatus {
        let required = try await SealFiles.seals(requiring)
        return try await options.withLedger(.readOnly, in: context) { ledger in
            let head = try await ledger.head().position?.rawValue ?? 0
            let size = size ?? head
            let present = try await presentSeal()
            // A seal of more events than there are is refused below: the ledger is truncated.
            if let present, !replace, present.size != size, present.size <= head { throw wouldReplace(present) }
            let seal = try await ProgressBar.show("Sealing", in: context) { bar in
                try await LedgerSealer(ledger, clock: context.clock).seal(
                    first: size, requiring: required + (present.map { [$0] } ?? [])
                ) { bar.update(done: $0.position.rawValue, total: $0.last?.rawValue) }
            }
            guard let output else {
                try await context.output.write(seal, to: nil, isNew: true, asTable: options.isTable(in: context))
                return .success
            }
            // The ledger agrees with the seal that is there. Of the same events, the earlier seal says more.
            let isNew = present?.size != seal.size
            if isNew {
                try await SealFiles.write(seal.json, to: output, replacing: present != nil, ledger: ledger)
            }
            try await context.output.write(
                isNew ? seal : present ?? seal, to: output, isNew: isNew, asTable: options.isTable(in: context)
            )
            return .success
        }
    }

    private func presentSeal() async throws -> Seal? {
        guard let output, try await SealFiles.exists(output) else { return nil }
        do {
            return try await SealFiles.seal(output)
        } catch let failure as CommandFailure {
            throw CommandFailure(.usage, "\(failure.message) It is not replaced: name another file for --output.")
        }
    }

    private func wouldReplace(_ present: Seal) -> CommandFailure {
        CommandFailure(
            .negative,
            "The file '\(output ?? "")' holds a seal of \(present.size) events, made at \(present.time). Name another file, or "
                + "give --replace."
        )
    }
}

extension CommandOutput {
    /// Writes a seal: its facts for a person; else the seal itself, or which file it is in.
    fileprivate func write(_ seal: Seal, to file: String?, isNew: Bool, asTable isTable: Bool) async throws {
        if file == nil, !isTable { return try await write(seal.json) }
        var line = JSONLine()
        line.add("file", file.map { JSONValue.string($0) })
        line.add("size", .integer(seal.size))
        line.add("root", .text(seal.root))
        line.add("time", .text(seal.time))
        line.add("written", .bool(isNew))
        var facts = [("events", Cell(seal.size)), ("root", Cell(seal.root)), ("time", Cell(seal.time))]
        if let file { facts.append(("file", Cell(isNew ? file : "\(file) (kept: it is of the same events)"))) }
        try await write(facts, json: line, asTable: isTable)
    }
}
