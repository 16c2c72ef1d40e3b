import EventLedger
import EventLedgerSQLite

struct DigestCreated: Event, Equatable {
    static let eventType: EventType = "digest.created"
    let user: String, papers: Int
    var tags: Set<EventTag> { ["user:\(user)"] }
}

struct SendDigest: TaskPayload {
    static let kind: TaskKind = "send-digest"
    let user: String
}

struct Note: DocumentModel, Equatable {
    static let collection: CollectionName = "notes"
    let id: String
    var text: String
}

extension EventReader {
    func all(_ selection: EventSelection = .all) async throws -> [RecordedEvent] {
        var events: [RecordedEvent] = []
        for try await event in read(selection) { events.append(event) }
        return events
    }
}

/// The code of the error that a closure throws; `nil` where it throws none, or another kind.
func code(_ body: () async throws -> Void) async -> LedgerError.Code? {
    do {
        try await body()
        return nil
    } catch {
        return (error as? LedgerError)?.code
    }
}
