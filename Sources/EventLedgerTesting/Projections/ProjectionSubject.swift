public import EventLedger

/// A projection, and a ledger with events for it: what ``ProjectionConformance`` checks.
public struct ProjectionSubject: Sendable {
    let projection: any Projection
    let ledger: any Ledger

    /// Makes a subject.
    ///
    /// - Parameters:
    ///   - projection: What is checked.
    ///   - ledger: Holds at least two events that the projection wants, and no documents of it yet.
    public init(_ projection: any Projection, over ledger: any Ledger) {
        self.projection = projection
        self.ledger = ledger
    }

    /// The events that the projection wants, in order.
    func events() async throws -> [RecordedEvent] {
        var events: [RecordedEvent] = []
        for try await event in ledger.read(.query(projection.query)) { events.append(event) }
        return events
    }

    /// The documents that readers see in the projection's collections.
    func documents() async throws -> [DocumentKey: JSONObject] {
        var found: [DocumentKey: JSONObject] = [:]
        for collection in projection.collections {
            for try await document in ledger.documents.all(DocumentQuery(collection, limit: 500)) {
                found[document.key] = document.fields
            }
        }
        return found
    }

    /// What the events come to when they are applied one after the other with everything at hand.
    ///
    /// - Parameter isRepeated: Whether each event is applied, undone, and applied again.
    func fold(_ events: [RecordedEvent], isRepeated: Bool = false) throws -> [DocumentKey: JSONObject] {
        var view = DocumentView(collections: projection.collections, isComplete: true)
        for event in events {
            if isRepeated {
                view.beginEvent()
                try projection.apply(event, to: &view)
                view.undoEvent()
            }
            view.beginEvent()
            try projection.apply(event, to: &view)
        }
        return view.contents
    }
}

/// A projection that is changed in one respect.
struct AlteredProjection: Projection {
    let base: any Projection
    var version: Int
    /// The event that it cannot apply.
    var refused: EventID?

    struct Refusal: Error {}

    init(_ base: any Projection, version: Int? = nil, refusing event: EventID? = nil) {
        self.base = base
        self.version = version ?? base.version
        refused = event
    }

    var name: ProjectionName { base.name }
    var query: EventQuery { base.query }
    var collections: Set<CollectionName> { base.collections }

    func reads(_ event: RecordedEvent) throws -> [DocumentKey] { try base.reads(event) }

    func apply(_ event: RecordedEvent, to view: inout DocumentView) throws {
        try base.apply(event, to: &view)
        // After the writes, which have to be undone then.
        if event.id == refused { throw Refusal() }
    }
}
