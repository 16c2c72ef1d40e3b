public import EventLedger

/// What is known of each paper: the collection `papers`.
///
/// Merging is commutative, associative and idempotent, so that the documents do not depend on who found a paper first.
public struct PapersProjection: Projection {
    public let name: ProjectionName = "papers"
    public let version = 1
    public let query = EventQuery(types: [PapersUpserted.eventType])
    public let collections: Set<CollectionName> = [PaperDocument.collection]

    /// Makes the projection.
    public init() {}

    public func reads(_ event: RecordedEvent) throws -> [DocumentKey] {
        try event.decode(PapersUpserted.self)?.papers.map { Self.key(of: $0) } ?? []
    }

    public func apply(_ event: RecordedEvent, to view: inout DocumentView) throws {
        guard let upserted = try event.decode(PapersUpserted.self) else { return }
        for paper in upserted.papers {
            let key = Self.key(of: paper)
            let new = PaperDocument(paper: paper, scoredIn: upserted.year)
            let fields = try JSONObject(encoding: new)
            guard let stored = try view.fields(key) else {
                try view.put(key, fields)
                continue
            }
            // Most papers are found for many users, and are the same each time: then there is nothing to merge.
            if stored == fields { continue }
            let old = try JSONText(.object(stored)).decode(PaperDocument.self)
            // The document stays where it is, although merging may find an identifier that a new paper would be named by.
            try view.put(key, try JSONObject(encoding: old.merged(with: new)))
        }
    }

    private static func key(of paper: Paper) -> DocumentKey {
        DocumentKey(PaperDocument.collection, DocumentID(paper.id))
    }
}
