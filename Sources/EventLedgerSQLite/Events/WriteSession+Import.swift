public import EventLedger

extension WriteSession {
    /// Brings events of another ledger in, within the transaction.
    func importEvents(_ events: [RecordedEvent]) throws {
        let reading = ReadSession(connection)
        let importedThrough = try connection.first("SELECT through FROM imports") { $0.int(0) } ?? 0
        let ledgerHead = ImportCheck.LedgerHead(
            position: Position(head), importedThrough: Position(importedThrough),
            recordedAt: head > 0 ? lastRecordedAt : nil
        )
        let new = try ImportCheck.newEvents(
            among: events, behind: ledgerHead,
            stored: { try reading.event(at: $0) },
            streamHead: { name in
                let revision = try revision(of: name)
                guard revision > 0 else { return nil }
                return ImportCheck.StreamHead(revision: revision, hash: try stream(name).hash)
            },
            isKnown: { id in
                try connection.first("SELECT 1 FROM events WHERE event_id = ?1", [.id(id)]) { _ in true }
                    ?? false
            }
        )
        guard let last = new.last else { return }
        for event in new {
            var stream = try stream(event.stream)
            stream.revision = event.revision.rawValue
            stream.hash = event.hash
            try insert(
                EventRow(
                    position: event.position.rawValue, stream: stream, type: event.type,
                    schemaVersion: event.schemaVersion,
                    id: event.id, offset: 0, occurredAt: event.occurredAt, recordedAt: event.recordedAt,
                    tags: event.tags,
                    metadata: event.encodedMetadata, data: event.data
                )
            )
            remember(stream, for: event.stream)
            head = event.position.rawValue
        }
        lastRecordedAt = last.recordedAt
        try connection.run(
            "INSERT INTO imports(id, through) VALUES (1, ?1) ON CONFLICT(id) DO UPDATE SET through = excluded.through",
            [.integer(last.position.rawValue)]
        )
    }
}

extension SQLiteLedger: ImportingEventStore {
    public func importEvents(_ events: [RecordedEvent]) async throws {
        guard !events.isEmpty else { return }
        try await writer.write { try $0.importEvents(events) }
    }
}
