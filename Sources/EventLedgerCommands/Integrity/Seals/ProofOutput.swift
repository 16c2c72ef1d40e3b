import EventLedger

extension CommandOutput {
    /// Writes a proof to a file, or to standard output where none is named: there a person sees its facts.
    func write(
        proof: [UInt8], _ facts: [(String, Cell)], to file: String?, of ledger: any Ledger, _ options: LedgerOptions,
        in context: CommandContext
    ) async throws {
        let isTable = options.isTable(in: context)
        guard let file else {
            if isTable { return try await write(facts, json: JSONLine(), asTable: true) }
            return try await write(proof)
        }
        let isThere = try await SealFiles.exists(file)
        if isThere, try await SealFiles.read(file, { $0 }) != proof {
            throw CommandFailure(
                .negative, "There is another file '\(file)', so it is not replaced. Name another file.")
        }
        if !isThere { try await SealFiles.write(proof, to: file, replacing: false, ledger: ledger) }
        var line = JSONLine()
        line.add("file", .string(file))
        line.add("written", .bool(!isThere))
        try await write(facts + [("file", Cell(file))], json: line, asTable: isTable)
    }

    /// Writes what follows from a proof, and gives the exit status.
    func write(_ verdict: ProofVerdict, _ subject: String, asTable isTable: Bool) async throws -> CommandStatus {
        var line = JSONLine()
        line.add("verdict", .string(verdict.rawValue))
        line.add("subject", .string(subject))
        let isProven = verdict == .proven
        try await write(
            [("proof", Cell(subject)), ("verdict", Cell(Self.meaning(of: verdict), isProven ? .green : .red))],
            json: line,
            asTable: isTable
        )
        return isProven ? .success : .negative
    }

    private static func meaning(of verdict: ProofVerdict) -> String {
        switch verdict {
        case .proven: "proven"
        case .otherSize: "not proven: the seal covers another number of events than the proof"
        case .otherEvent: "not proven: the event's content or position is not the one that the proof is about"
        case .refuted: "not proven: the hashes do not lead to the seal's root"
        }
    }
}
