import BenchSupport
import EventLedger

/// Keeps a document per user: how many events there were, and the number of the last one.
struct UserProjection: Projection {
    static let users: CollectionName = "users"

    let name: ProjectionName = "users"
    let version = 1
    let query = EventQuery.all
    let collections = [Self.users] as Set

    /// How many documents there are.
    let documents: Int
    /// Whether events and documents go through Swift types; else their fields are read and changed.
    let isTyped: Bool

    func reads(_ event: RecordedEvent) throws -> [DocumentKey] { [DocumentKey(Self.users, try id(of: event))] }

    func apply(_ event: RecordedEvent, to view: inout DocumentView) throws {
        if isTyped { try applyTyped(event, to: &view) } else { try applyFields(event, to: &view) }
    }

    private func applyTyped(_ event: RecordedEvent, to view: inout DocumentView) throws {
        guard let measured = try event.decode(Measured.self) else { return }
        let id = try id(of: event).rawValue
        var user = try view.get(UserDocument.self, id: id) ?? UserDocument(id: id, count: 0, last: 0)
        user.count += 1
        user.last = measured.n
        try view.put(user)
    }

    private func applyFields(_ event: RecordedEvent, to view: inout DocumentView) throws {
        guard event.type == Measured.eventType else { return }
        guard let number = try event.data.value().objectValue?["n"] else {
            throw BenchmarkFailure("The event at position \(event.position) has no number. Prepare the ledger anew.")
        }
        let key = DocumentKey(Self.users, try id(of: event))
        var fields = try view.fields(key) ?? ["count": 0]
        fields["count"] = .integer((fields["count"]?.integerValue ?? 0) + 1)
        fields["last"] = number
        try view.put(key, fields)
    }

    /// The document that an event changes; its tag tells, without reading the data.
    private func id(of event: RecordedEvent) throws -> DocumentID {
        for tag in event.tags where tag.rawValue.hasPrefix("user:") {
            guard let user = Int(tag.rawValue.dropFirst(5)) else { continue }
            return DocumentID(String(user % documents))
        }
        throw BenchmarkFailure("The event at position \(event.position) has no user. Prepare the ledger anew.")
    }
}

/// The document as a Swift type.
struct UserDocument: DocumentModel {
    static let collection = UserProjection.users

    let id: String
    var count: Int
    var last: Int
}
