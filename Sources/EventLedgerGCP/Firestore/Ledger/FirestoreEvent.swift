import EventLedger

/// An event as Firestore keeps it, and which commit it came with.
struct FirestoreEvent: Hashable, Sendable {
    let event: RecordedEvent
    let partition: Int
    /// The hash of the id of its commit.
    let commit: String
    /// The position of its commit's first event. The commit's id may be used again once it is forgotten; this is unique.
    let first: Int64

    init(_ event: RecordedEvent, partition: Int, commit: String, first: Int64) {
        self.event = event
        self.partition = partition
        self.commit = commit
        self.first = first
    }

    init(_ document: FirestoreDocument) throws {
        let read = FirestoreFields(document)
        event = RecordedEvent(
            position: Position(try read.count("position")), stream: StreamName(try read.string("stream")),
            revision: Revision(try read.count("revision")),
            id: EventID(String(decoding: try read.bytes("id"), as: UTF8.self)),
            type: EventType(try read.string("type")), schemaVersion: Int(try read.integer("schemaVersion")),
            data: JSONText(stored: try read.bytes("data")), tags: try read.strings("tags").map { EventTag($0) },
            occurredAt: Timestamp(microseconds: try read.integer("occurredAt")),
            recordedAt: Timestamp(microseconds: try read.integer("recordedAt")),
            encodedMetadata: document.fields["metadata"] == nil
                ? .emptyObject : JSONText(stored: try read.bytes("metadata")),
            hash: try read.hash("hash")
        )
        partition = Int(try read.integer("partition"))
        commit = try read.string("commit")
        first = try read.count("first")
    }

    var fields: [String: FirestoreValue] {
        var fields: [String: FirestoreValue] = [
            "partition": .integer(Int64(partition)), "position": .integer(event.position.rawValue),
            "id": .bytes(Array(event.id.rawValue.utf8)), "stream": .string(event.stream.rawValue),
            "category": .string(event.stream.category.rawValue), "revision": .integer(event.revision.rawValue),
            "type": .string(event.type.rawValue), "schemaVersion": .integer(Int64(event.schemaVersion)),
            "data": .bytes(event.recordedData.bytes), "occurredAt": .integer(event.occurredAt.microseconds),
            "recordedAt": .integer(event.recordedAt.microseconds), "hash": .bytes(event.hash.bytes),
            "commit": .string(commit), "first": .integer(first),
        ]
        if !event.tags.isEmpty { fields["tags"] = .array(event.tags.map { .string($0.rawValue) }) }
        if event.encodedMetadata != .emptyObject { fields["metadata"] = .bytes(event.encodedMetadata.bytes) }
        return fields
    }

    /// Whether it is what an author sends again: the times and the metadata may differ from one attempt to the next.
    func hasContent(of new: NewEvent, in stream: StreamName) -> Bool {
        event.stream == stream && event.type == new.type && event.schemaVersion == new.schemaVersion
            && event.recordedData == new.data && event.tags == new.tags
    }
}
