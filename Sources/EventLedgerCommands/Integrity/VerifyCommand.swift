public import ArgumentParser
import EventLedger

/// `verify`: whether the ledger keeps its promises.
public struct VerifyCommand: LedgerCommand {
    public static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Read the whole ledger and report gaps, repeated ids, broken hash chains and bad data.",
        discussion: """
            Errors end with status 1. Warnings (an event without provenance, a run without an end) are shown and end with status \
            0, unless --strict is given. With --seal the ledger is compared with a seal that was kept elsewhere, so that events \
            that were removed from the end, and history that was written anew, are found. With --against both ledgers are also \
            compared, event by event; a difference ends with 1.

            Example: eventledger verify --ledger ledger.sqlite --run run.started=run.completed
            """
    )

    @OptionGroup var options: LedgerOptions

    @Option(
        name: .long,
        help: ArgumentHelp("Also compare with this ledger: a file, or a kind and a place.", valueName: "ledger"))
    var against: String?

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("Expect that every START is followed by an END of the same run.", valueName: "START=END"),
        transform: ArgumentText.run
    )
    var runs: [RunRule] = []

    @Option(
        name: .customLong("seal"),
        help: ArgumentHelp("Compare with this seal of the ledger. May be repeated.", valueName: "file"))
    var sealFiles: [String] = []

    @Flag(name: .long, inversion: .prefixedNo, help: "Report events without provenance.")
    var provenance = true

    @Flag(name: .long, help: "Let warnings end with status 1 too.")
    var strict = false

    public init() {}

    public func run(in context: CommandContext) async throws -> CommandStatus {
        // Opened first: a wrong path is told now, and not after all has been read.
        let seals = try await SealFiles.seals(sealFiles)
        guard let against else { return try await verify(seals, against: nil, in: context) }
        return try await BackendOptions.withOpened(against, .readOnly, in: context) { other in
            try await verify(seals, against: other, in: context)
        }
    }

    private func verify(
        _ seals: [Seal], against other: OpenedLedger?, in context: CommandContext
    ) async throws -> CommandStatus {
        let isTable = options.isTable(in: context)
        return try await options.withOpened(.readOnly, in: context) { opened in
            let verifier = LedgerVerifier(
                opened.history, LedgerVerifier.Options(runs: runs, seals: seals, expectsProvenance: provenance))
            let report = try await ProgressBar.show("Verifying", in: context) { bar in
                try await verifier.verify { bar.update(done: Int64($0.events), total: $0.last?.rawValue) }
            }
            try await VerificationOutput(report: report, isTable: isTable).write(to: context.output)
            let hasWarnings = report.counts.contains { $0.kind.severity == .warning }
            var isFine = report.isSound && !(strict && hasWarnings)
            var others = other.map { [($0.ledger as any EventReader, against ?? $0.name)] } ?? []
            if opened.isHistoryCopied { others.insert((opened.ledger, opened.name), at: 0) }
            for (reader, name) in others {
                let comparison = try await ProgressBar.show("Comparing", in: context) { bar in
                    try await LedgerComparison(opened.history, reader).compare {
                        bar.update(done: $0.position.rawValue, total: $0.last?.rawValue)
                    }
                }
                try await Self.write(comparison, name, to: context.output, asTable: isTable)
                if !comparison.isEqual { isFine = false }
            }
            return isFine ? .success : .negative
        }
    }

    private static func write(
        _ report: LedgerComparison.Report, _ other: String, to output: CommandOutput, asTable isTable: Bool
    ) async throws {
        var line = JSONLine(record: "comparison")
        line.add("against", .string(other))
        line.add("equal", .bool(report.isEqual))
        line.add("equalEvents", .number(report.equalEvents))
        line.add("through", .position(report.through))
        if let difference = report.difference {
            line.add("position", .position(difference.position))
            line.add("aspects", .array(difference.aspects.map { .string($0.rawValue) }))
        }
        var facts = [("compared with", Cell(other)), ("equal events", Cell(report.equalEvents))]
        if let difference = report.difference {
            let aspects = difference.aspects.map(\.rawValue).joined(separator: ", ")
            facts.append(("first difference", Cell("position \(difference.position): \(aspects)", .red)))
        } else {
            facts.append(("result", Cell("equal", .green)))
        }
        try await output.remark("", asTable: isTable)
        try await output.write(facts, json: line, asTable: isTable)
    }
}
