import EventLedger

/// What a commit of ``AcknowledgedWork`` leaves among the events.
struct WorkDone: Event {
    static let eventType: EventType = "work.done"
    /// The number of the commit.
    let item: Int
    /// Which of its events it is.
    let part: Int
    /// Whose totals it counts in.
    let owner: String
    /// Only takes up room, so that some commits touch many pages.
    let filling: String

    var tags: Set<EventTag> { ["owner:\(owner)"] }
}

/// A document that one commit puts, and no other touches.
struct WorkNote: DocumentModel {
    static let collection: CollectionName = "work-notes"
    let id: String
    let item: Int
}

/// A document that many commits put, one over the other.
struct WorkTally: DocumentModel {
    static let collection: CollectionName = "work-tallies"
    let id: String
    /// The commit that put it last.
    let last: Int
}

/// The task that a commit enqueues.
struct WorkTask: TaskPayload {
    static let kind: TaskKind = "work"
    let item: Int
}

/// The documents of ``WorkProjection``: the parts that were done for an owner, in the order of the ledger. An event
/// that is left out or applied twice shows.
struct WorkTotals: DocumentModel, Equatable {
    static let collection: CollectionName = "work-totals"
    let id: String
    var parts: [String]
}

/// Lists what was done by owner.
struct WorkProjection: Projection {
    let name: ProjectionName = "work", version = 1
    let query = EventQuery(types: [WorkDone.eventType])
    let collections: Set<CollectionName> = [WorkTotals.collection]

    func apply(_ event: RecordedEvent, to view: inout DocumentView) throws {
        guard let done = try event.decode(WorkDone.self) else { return }
        var totals = try view.get(WorkTotals.self, id: done.owner) ?? WorkTotals(id: done.owner, parts: [])
        totals.parts.append("\(done.item).\(done.part)")
        try view.put(totals)
    }
}
