import EventLedger
import EventLedgerInMemory
import Testing

struct Registered: Event, Equatable {
    static let eventType: EventType = "person.registered"
    let name: String
    var age: Int?
    var tags: Set<EventTag> { ["kind:person"] }
}

/// Gives every subject the same known key.
struct FixedKeys: SubjectKeyStore {
    let known: SubjectKey

    init() throws { known = try SubjectKey(bytes: Array(0..<32)) }

    func key(for subject: SubjectName) async throws -> SubjectKey { known }

    func states(of subjects: Set<SubjectName>) async throws -> [SubjectName: SubjectKeyState] {
        Dictionary(uniqueKeysWithValues: subjects.map { ($0, .known(known)) })
    }

    func forget(_ subject: SubjectName) async throws -> Bool { false }

    func subjects(after name: SubjectName?, limit: Int) async throws -> SubjectPage { SubjectPage([], limit: limit) }
}

/// A ledger with people in it, and their keys.
struct People {
    let ledger = InMemoryLedger()
    let keys = InMemorySubjectKeyStore()

    var cipher: PersonalDataCipher { PersonalDataCipher(keys: keys) }
    var reader: DecryptingReader { DecryptingReader(ledger, keys: keys) }

    static func subject(_ number: Int) -> SubjectName { SubjectName("person-\(number)") }
    static func stream(_ number: Int) -> StreamName { StreamName("person-\(number)") }

    /// Registers a person, encrypted.
    @discardableResult
    func register(_ number: Int, name: String) async throws -> NewEvent {
        let event = try await cipher.encrypt(Registered(name: name, age: number), for: Self.subject(number))
        try await ledger.commit { $0.append(contentsOf: [event], to: Self.stream(number)) }
        return event
    }

    func event(of number: Int) async throws -> RecordedEvent {
        let last = try await ledger.lastEvent(of: Self.stream(number))
        return try #require(last)
    }
}

extension EventReader {
    func everything(_ selection: EventSelection = .all) async throws -> [RecordedEvent] {
        var events: [RecordedEvent] = []
        for try await event in read(selection) { events.append(event) }
        return events
    }
}

/// Names by person: what a read model makes of encrypted events.
struct Names: Projection {
    struct Name: DocumentModel, Equatable {
        static let collection: CollectionName = "names"
        let id: String
        let name: String
    }

    let name: ProjectionName = "names", version = 1
    let query = EventQuery(types: [Registered.eventType])
    let collections: Set<CollectionName> = [Name.collection]

    func apply(_ event: RecordedEvent, to view: inout DocumentView) throws {
        guard let registered = try event.decode(Registered.self) else { return }
        guard registered.age != -1 else { throw TooYoung() }
        try view.put(Name(id: event.stream.rawValue, name: registered.name))
    }
}

struct TooYoung: Error {}

/// The code of the error that a closure throws; `nil` where it throws none, or another kind.
func codeThrown(_ body: () async throws -> Void) async -> LedgerError.Code? {
    do {
        try await body()
        return nil
    } catch {
        return (error as? LedgerError)?.code
    }
}
