import EventLedger

/// Builds sound chains of events for tests.
struct Chain {
    private(set) var events: [RecordedEvent] = []
    private var heads: [StreamName: (revision: Revision, hash: EventHash)] = [:]
    private var hasher = EventHasher()

    @discardableResult
    mutating func append(
        to stream: StreamName, type: EventType = "thing.happened", data: String = "{}", id: EventID? = nil,
        tags: [EventTag] = [], metadata: Metadata = Metadata(provenance: ["test"]), at microseconds: Int64? = nil
    ) throws -> RecordedEvent {
        let head: (revision: Revision, hash: EventHash) = heads[stream] ?? (revision: 0, hash: .zero)
        let position = Position(Int64(events.count) + 1)
        let revision = Revision(head.revision.rawValue + 1)
        let time = Timestamp(microseconds: microseconds ?? position.rawValue * 1_000_000)
        let new = NewEvent(
            type: type, data: try JSONText(data), tags: tags, id: id ?? EventID("event-\(position)"), metadata: metadata
        )
        let encoded = metadata.isEmpty ? JSONText.emptyObject : JSONText(.object(metadata.fields))
        let hash = hasher.hash(
            id: new.id, stream: stream, revision: revision, type: type, schemaVersion: 1, data: new.data,
            tags: new.tags, occurredAt: time, recordedAt: time, metadata: encoded, previous: head.hash
        )
        let event = RecordedEvent(
            position: position, stream: stream, revision: revision, id: new.id, type: type, schemaVersion: 1,
            data: new.data, tags: new.tags, occurredAt: time, recordedAt: time, encodedMetadata: encoded, hash: hash
        )
        heads[stream] = (revision: revision, hash: hash)
        events.append(event)
        return event
    }

    /// Events in several streams, all sound.
    static func sound(_ count: Int, streams: Int = 7) throws -> Chain {
        var chain = Chain()
        for index in 0..<count {
            try chain.append(to: StreamName("thing-\(index % streams)"), data: #"{"n":\#(index)}"#)
        }
        return chain
    }
}

extension RecordedEvent {
    /// The same event with something else in it, its hash left as it was.
    func with(
        position: Position? = nil, revision: Revision? = nil, id: EventID? = nil, data: JSONText? = nil,
        recordedAt: Timestamp? = nil, encodedMetadata: JSONText? = nil
    ) -> RecordedEvent {
        RecordedEvent(
            position: position ?? self.position, stream: stream, revision: revision ?? self.revision, id: id ?? self.id,
            type: type, schemaVersion: schemaVersion, data: data ?? self.data, tags: tags, occurredAt: occurredAt,
            recordedAt: recordedAt ?? self.recordedAt, encodedMetadata: encodedMetadata ?? self.encodedMetadata,
            hash: hash
        )
    }
}

/// Reads events from an array, a few at a time.
struct ArrayReader: EventReader {
    let events: [RecordedEvent]
    var pageSize = 7

    func page(_ selection: EventSelection) async throws -> EventPage {
        try selection.validate()
        let matching = events.filter { selection.matches($0) }
        let ordered = selection.isBackwards ? Array(matching.reversed()) : matching
        let wanted = selection.maximum.map { Array(ordered.prefix($0)) } ?? ordered
        let page = Array(wanted.prefix(pageSize))
        var next = selection
        next.maximum = selection.maximum.map { $0 - page.count }
        if let last = page.last?.position {
            if selection.isBackwards {
                next.upperBound = Position(last.rawValue - 1)
            } else {
                next.lowerBound = Checkpoint(last)
            }
        }
        return EventPage(
            events: page, checkpoint: Checkpoint(page.last?.position ?? 0), next: wanted.count > page.count ? next : nil
        )
    }

    func head() async throws -> Checkpoint { Checkpoint(events.map(\.position).max() ?? 0) }

    func waitForEvents(after checkpoint: Checkpoint) async throws {}
}
