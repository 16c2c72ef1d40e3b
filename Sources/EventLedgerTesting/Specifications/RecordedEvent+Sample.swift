public import EventLedger

extension RecordedEvent {
    /// An event as a ledger would have recorded it, for tests of projections and reactors.
    ///
    /// - Parameters:
    ///   - event: The event.
    ///   - position: Its place in the ledger, from 1.
    ///   - stream: Its stream.
    ///   - revision: Its place in the stream; the same as its position unless given.
    ///   - recordedAt: When it was committed; ``TestClock/start`` unless given.
    ///   - previous: The hash of the event before it in its stream.
    public static func sample(
        _ event: NewEvent, position: Position = 1, stream: StreamName = "sample-1", revision: Revision? = nil,
        recordedAt: Timestamp = TestClock.start, previous: EventHash = .zero
    ) -> RecordedEvent {
        let revision = revision ?? Revision(position.rawValue)
        let occurredAt = event.occurredAt ?? recordedAt
        let metadata = event.metadata.isEmpty ? JSONText.emptyObject : JSONText(JSONValue.object(event.metadata.fields))
        var hasher = EventHasher()
        let hash = hasher.hash(
            id: event.id, stream: stream, revision: revision, type: event.type, schemaVersion: event.schemaVersion,
            data: event.data, tags: event.tags, occurredAt: occurredAt, recordedAt: recordedAt, metadata: metadata,
            previous: previous
        )
        return RecordedEvent(
            position: position, stream: stream, revision: revision, id: event.id, type: event.type,
            schemaVersion: event.schemaVersion, data: event.data, tags: event.tags, occurredAt: occurredAt,
            recordedAt: recordedAt, encodedMetadata: metadata, hash: hash
        )
    }

    /// An event of a Swift type as a ledger would have recorded it.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/encodingFailed``.
    public static func sample(
        _ event: some Event, position: Position = 1, stream: StreamName = "sample-1", revision: Revision? = nil,
        recordedAt: Timestamp = TestClock.start
    ) throws -> RecordedEvent {
        sample(
            try NewEvent(event), position: position, stream: stream, revision: revision, recordedAt: recordedAt
        )
    }
}
