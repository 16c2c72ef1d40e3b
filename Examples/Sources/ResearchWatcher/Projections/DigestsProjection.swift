public import EventLedger

/// Each user's digest of the latest run: the collection `digests`.
public struct DigestsProjection: Projection {
    public let name: ProjectionName = "digests"
    public let version = 1
    public let query = EventQuery(types: [DigestCreated.eventType])
    public let collections: Set<CollectionName> = [DigestDocument.collection]

    /// Makes the projection.
    public init() {}

    public func apply(_ event: RecordedEvent, to view: inout DocumentView) throws {
        guard let created = try event.decode(DigestCreated.self) else { return }
        let new = DigestDocument(created)
        if let old = try view.get(DigestDocument.self, id: new.id), !new.isLater(than: old) { return }
        try view.put(new)
    }
}
