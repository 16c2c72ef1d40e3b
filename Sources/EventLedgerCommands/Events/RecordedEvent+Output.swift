import EventLedger

extension RecordedEvent {
    static let columns = [
        Column("position", .right), Column("recorded"), Column("stream"), Column("rev", .right), Column("type"),
        Column("tags"), Column("data"),
    ]

    /// The event as a line that `append` takes, with what the ledger gave it.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/corrupt`` where the stored data would break the line.
    func jsonLine() throws -> JSONLine {
        guard (try? JSONText(data.bytes)) == data else {
            throw LedgerError(
                .corrupt,
                "The data of the event at position \(position) are not valid JSON. Run 'verify' on the ledger.",
                details: ["position": "\(position)"]
            )
        }
        var line = JSONLine()
        line.add("position", .position(position))
        line.add("stream", .text(stream))
        line.add("revision", .integer(revision.rawValue))
        line.add("id", .text(id))
        line.add("type", .text(type))
        line.add("schemaVersion", .number(schemaVersion))
        if !tags.isEmpty { line.add("tags", .array(tags.map { JSONValue.text($0) })) }
        line.add("occurredAt", .text(occurredAt))
        line.add("recordedAt", .text(recordedAt))
        if !metadata.isEmpty { line.add("metadata", .object(metadata.fields)) }
        line.add("hash", .text(hash))
        line.add("data", verbatim: data)
        return line
    }

    var cells: [Cell] {
        [
            Cell(position, .dim), Cell(recordedAt), Cell(stream), Cell(revision), Cell(type, .bold),
            Cell(tags.map(\.rawValue).joined(separator: " ")), Cell(data),
        ]
    }
}
