import EventLedger

/// Writes what replays, rebuilds and comparisons report.
struct ProjectionOutput {
    let output: CommandOutput
    let isTable: Bool

    func write(_ report: ReplayReport) async throws {
        try await write(report.projections.map { ($0.projection, $0.documents) })
    }

    func write(_ reports: [(ProjectionReport, [CollectionName: Int])]) async throws {
        let columns = [
            Column("projection"), Column("build"), Column("up to", .right), Column("applied", .right),
            Column("failed", .right), Column("written", .right), Column("documents"),
        ]
        var writer = RecordWriter(columns, to: output, asTable: isTable)
        for (report, documents) in reports {
            let counts = documents.sorted { $0.key < $1.key }
            try await writer.write {
                var line = JSONLine(record: "projection")
                line.add("projection", .text(report.projection))
                line.add("version", .number(report.version))
                line.add("build", .string(report.build))
                line.add("checkpoint", .text(report.checkpoint))
                line.add("eventsApplied", .number(report.eventsApplied))
                line.add("eventsFailed", .number(report.eventsFailed))
                line.add("documentsWritten", .number(report.documentsWritten))
                line.add("documents", .object(JSONObject(counts.map { ($0.key.rawValue, JSONValue.number($0.value)) })))
                return line
            } row: {
                [
                    Cell(report.projection, .bold), Cell(report.build), Cell(report.checkpoint),
                    Cell(report.eventsApplied), Cell(report.eventsFailed, report.eventsFailed > 0 ? .red : nil),
                    Cell(report.documentsWritten),
                    Cell(counts.map { "\($0.key) \($0.value)" }.joined(separator: ", ")),
                ]
            }
        }
        try await writer.flush()
    }

    /// - Parameter replay: What made the documents that were compared with the live ones.
    func write(_ report: ComparisonReport, of replay: ReplayReport) async throws {
        try await output.remark("", asTable: isTable)
        try await writeCounts(report)
        if !report.differences.isEmpty {
            try await output.remark("", asTable: isTable)
            try await writeDifferences(report)
        }
        var line = JSONLine(record: "summary")
        line.add("equal", .bool(report.isEqual))
        line.add("differences", .number(report.differenceCount))
        let behind = replay.projections.filter(\.isBehindLive)
        line.add("behind", .array(behind.map { .text($0.projection.projection) }))
        try await output.remark("", asTable: isTable)
        let result = report.isEqual ? Cell("equal", .green) : Cell("\(report.differenceCount) differences", .red)
        var facts = [("replayed and live", result)]
        for entry in behind {
            let (end, live) = (entry.projection.checkpoint, entry.live ?? .start)
            let text = "what was read ends at \(end), the live documents stand at \(live); differences may come of it"
            facts.append(("\(entry.projection.projection) is behind", Cell(text, .yellow)))
        }
        try await output.write(facts, json: line, asTable: isTable)
    }

    private func writeCounts(_ report: ComparisonReport) async throws {
        let columns = [
            Column("collection"), Column("live", .right), Column("replayed", .right), Column("different", .right),
        ]
        var writer = RecordWriter(columns, to: output, asTable: isTable)
        for counts in report.collections {
            try await writer.write {
                var line = JSONLine(record: "comparison")
                line.add("collection", .text(counts.collection))
                line.add("live", .number(counts.left))
                line.add("replayed", .number(counts.right))
                line.add("different", .number(counts.different))
                return line
            } row: {
                [
                    Cell(counts.collection, .bold), Cell(counts.left), Cell(counts.right),
                    Cell(counts.different, counts.different > 0 ? .red : .green),
                ]
            }
        }
        try await writer.flush()
    }

    private func writeDifferences(_ report: ComparisonReport) async throws {
        var writer = RecordWriter(
            [Column("document"), Column("field"), Column("live"), Column("replayed")], to: output, asTable: isTable
        )
        for difference in report.differences {
            try await writer.write {
                var line = JSONLine(record: "difference")
                line.add("document", .text(difference.key))
                line.add("field", .string(difference.path))
                line.add("live", difference.left.map { JSONValue.string($0) })
                line.add("replayed", difference.right.map { JSONValue.string($0) })
                return line
            } row: {
                [
                    Cell(difference.key), Cell(difference.path), Cell(difference.left ?? "(none)"),
                    Cell(difference.right ?? "(none)"),
                ]
            }
        }
        try await writer.flush()
    }
}
