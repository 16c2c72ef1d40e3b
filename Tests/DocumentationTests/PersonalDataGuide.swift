import EventLedger
import EventLedgerSQLite

struct MemberJoined: Event {
    static let eventType: EventType = "member.joined"
    let name: String, email: String
}

func join(_ member: MemberJoined, as number: Int, in ledger: any Ledger, keys: any SubjectKeyStore) async throws {
    let cipher = PersonalDataCipher(keys: keys)
    let joined = try await cipher.encrypt(member, for: "member-\(number)", id: "joined-\(number)")
    try await ledger.commit { $0.append(contentsOf: [joined], to: "member-\(number)", expecting: .newStream) }
}

struct Members: Projection {
    struct Member: DocumentModel {
        static let collection: CollectionName = "members"
        let id: String
        let name: String
    }

    let name: ProjectionName = "members", version = 1
    let query = EventQuery(types: [MemberJoined.eventType])
    let collections: Set<CollectionName> = [Member.collection]

    func apply(_ event: RecordedEvent, to view: inout DocumentView) throws {
        guard let joined = try event.decode(MemberJoined.self) else { return }
        try view.put(Member(id: event.stream.rawValue, name: joined.name))
    }
}

func projectMembers(of ledger: any Ledger, keys: any SubjectKeyStore) async throws {
    let reader = DecryptingReader(ledger, keys: keys)
    try await Projector(
        Members(), from: reader, into: ledger.documents, deadLetters: ledger.deadLetters, clock: ledger.clock
    ).catchUp()
}

func forget(member number: Int, in ledger: any Ledger, keys: any SubjectKeyStore) async throws {
    try await keys.forget("member-\(number)")
    let reader = DecryptingReader(ledger, keys: keys)
    try await Projector(Members(), from: reader, into: ledger.documents, clock: ledger.clock).rebuild()
}

func openKeys() async throws -> SQLiteSubjectKeyStore {
    try await SQLiteSubjectKeyStore.open("/var/lib/library-keys/keys.sqlite")
}
