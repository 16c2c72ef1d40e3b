import EventLedger

/// Writes the report of a verification.
struct VerificationOutput {
    let report: VerificationReport
    let isTable: Bool

    func write(to output: CommandOutput) async throws {
        try await writeFindings(to: output)
        if isTable { try await writeTypes(to: output) }
        try await output.write(facts, json: summary, asTable: isTable)
    }

    private func writeFindings(to output: CommandOutput) async throws {
        let columns = [
            Column("severity"), Column("finding"), Column("position", .right), Column("stream"), Column("what"),
        ]
        var writer = RecordWriter(columns, to: output, asTable: isTable)
        for finding in report.findings {
            try await writer.write {
                var line = JSONLine(record: "finding")
                line.add("severity", .string(finding.severity.rawValue))
                line.add("kind", .string(finding.kind.rawValue))
                line.add("position", finding.position.map { JSONValue.position($0) })
                line.add("stream", finding.stream.map { JSONValue.text($0) })
                line.add("message", .string(finding.message))
                return line
            } row: {
                [
                    Cell(finding.severity.rawValue, Self.style(of: finding.severity)), Cell(finding.kind.rawValue),
                    Cell(finding.position?.description ?? ""), Cell(finding.stream?.description ?? ""),
                    Cell(finding.message),
                ]
            }
        }
        try await writer.flush()
        if !report.findings.isEmpty { try await output.remark("", asTable: isTable) }
    }

    private func writeTypes(to output: CommandOutput) async throws {
        var writer = RecordWriter([Column("event type"), Column("events", .right)], to: output, asTable: true)
        for entry in report.types {
            try await writer.write(json: { JSONLine() }, row: { [Cell(entry.type), Cell(entry.count)] })
        }
        try await writer.flush()
        if !report.types.isEmpty { try await output.remark("", asTable: true) }
    }

    private var facts: [(String, Cell)] {
        var facts = [("events", Cell(report.events))]
        if let first = report.days.first?.day, let last = report.days.last?.day {
            facts.append(("days", Cell("\(first) to \(last)")))
        }
        for count in report.counts {
            facts.append((count.kind.rawValue, Cell(count.count, Self.style(of: count.kind.severity))))
        }
        for check in report.seals {
            let isHeld = check.outcome == .holds
            facts.append(
                (
                    "seal of \(check.seal.size) events", Cell(check.outcome.rawValue, isHeld ? .green : .red)
                ))
        }
        facts.append(("result", report.isSound ? Cell("sound", .green) : Cell("not sound", .red)))
        return facts
    }

    private var summary: JSONLine {
        var line = JSONLine(record: "summary")
        line.add("sound", .bool(report.isSound))
        line.add("events", .number(report.events))
        line.add("first", report.first.map { JSONValue.position($0) })
        line.add("last", report.last.map { JSONValue.position($0) })
        line.add("findings", .object(JSONObject(report.counts.map { ($0.kind.rawValue, JSONValue.number($0.count)) })))
        line.add("types", .object(JSONObject(report.types.map { ($0.type.rawValue, JSONValue.number($0.count)) })))
        line.add("days", .object(JSONObject(report.days.map { ($0.day, JSONValue.number($0.count)) })))
        if !report.seals.isEmpty { line.add("seals", .array(report.seals.map(Self.value))) }
        return line
    }

    private static func value(of check: SealCheck) -> JSONValue {
        [
            "size": .integer(check.seal.size), "time": .text(check.seal.time),
            "outcome": .string(check.outcome.rawValue),
        ]
    }

    private static func style(of severity: VerificationFinding.Severity) -> TextStyle {
        switch severity {
        case .error: .red
        case .warning: .yellow
        case .info: .dim
        }
    }
}
