import EventLedger

/// An event as a row of the table `events`.
enum BigQueryEventRow {
    /// The columns that an event is read from, in the order in which ``event(_:table:)`` takes them.
    static let columns =
        "position, id, stream, revision, type, schema_version, data, tags, occurred_at, recorded_at, metadata, event_hash"

    /// The row as JSON, as insertAll and load jobs take it.
    static func json(_ event: RecordedEvent, partition: Int) -> [UInt8] {
        var row: JSONObject = [
            // As text: JSON's numbers are exact up to 2^53 only.
            "position": .string("\(event.position)"), "partition_id": .string("\(partition)"),
            "id": .string(event.id.rawValue), "stream": .string(event.stream.rawValue),
            "category": .string(event.stream.category.rawValue), "revision": .string("\(event.revision)"),
            "type": .string(event.type.rawValue), "schema_version": .string("\(event.schemaVersion)"),
            "data": .string(event.recordedData.text), "tags": .array(event.tags.map { .string($0.rawValue) }),
            "occurred_at": .string(event.occurredAt.description), "recorded_at": .string(event.recordedAt.description),
            "event_hash": .string(event.hash.description),
        ]
        if event.encodedMetadata != .emptyObject { row["metadata"] = .string(event.encodedMetadata.text) }
        return JSONValue.object(row).canonicalBytes
    }

    /// By what BigQuery recognizes a row that was sent before: it takes up to 128 characters.
    static func insertID(_ event: RecordedEvent, partition: Int) -> String {
        let id = event.id.rawValue
        guard id.utf8.count > 128 else { return id }
        return CanonicalDigest.hexadecimal(of: ["insertId", "\(partition)", id])
    }

    /// The event of a row.
    ///
    /// - Throws: ``LedgerError`` with `corrupt`, which names the table and the position.
    static func event(_ cells: [JSONValue], table: String) throws -> RecordedEvent {
        guard cells.count == 12, let position = integer(cells[0]), position > 0, let id = cells[1].stringValue,
            let stream = cells[2].stringValue, let revision = integer(cells[3]), let type = cells[4].stringValue,
            let version = integer(cells[5]), let data = cells[6].stringValue, let tags = cells[7].arrayValue,
            let occurredAt = integer(cells[8]), let recordedAt = integer(cells[9]),
            let hash = cells[11].stringValue.flatMap({ EventHash($0) })
        else {
            throw LedgerError(
                .corrupt,
                "A row of \(table) is no event. Find it by its position, and load the event again from the ledger.",
                details: ["position": cells.first?.stringValue ?? ""]
            )
        }
        return RecordedEvent(
            position: Position(position), stream: StreamName(stream), revision: Revision(revision), id: EventID(id),
            type: EventType(type), schemaVersion: Int(version), data: JSONText(stored: Array(data.utf8)),
            tags: tags.compactMap(\.stringValue).map { EventTag($0) },
            occurredAt: Timestamp(microseconds: occurredAt), recordedAt: Timestamp(microseconds: recordedAt),
            encodedMetadata: cells[10].stringValue.map { JSONText(stored: Array($0.utf8)) } ?? .emptyObject, hash: hash
        )
    }

    /// Whole numbers, and timestamps in microseconds, come as text.
    static func integer(_ cell: JSONValue) -> Int64? { cell.stringValue.flatMap { Int64($0) } }
}
