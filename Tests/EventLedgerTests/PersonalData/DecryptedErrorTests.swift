import EventLedger
import EventLedgerInMemory
import Testing

/// Errors are kept where nobody can forget them: in dead letters, tasks, logs and traces.
@Suite("Errors about decrypted data do not quote them", .timeLimit(.minutes(5))) struct DecryptedErrorTests {
    private let people = People()
    private static let secret = "Lovelace"

    /// Points by name: the keys are content.
    private struct Scored: Event {
        static let eventType: EventType = "game.scored"
        static let schemaVersion = 2
        let points: [String: Int]

        static func upcast(_ fields: inout JSONObject, from version: Int) throws {
            guard fields["quoted"] == nil else {
                throw LedgerError(.invalidValue, "The player \(fields["quoted"]?.stringValue ?? "") has no points.")
            }
        }
    }

    /// Says in its errors what it was given.
    private struct Picky: Event {
        static let eventType: EventType = "person.refused"

        init(from decoder: any Decoder) throws {
            let text = try decoder.singleValueContainer().decode(String.self)
            throw LedgerError(.invalidValue, "Not \(text).")
        }

        func encode(to encoder: any Encoder) throws {}
    }

    /// Asks for a key that it takes from the data.
    private struct Indirect: Event {
        static let eventType: EventType = "person.indirect"

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Key.self)
            _ = try fields.decode(Int.self, forKey: Key(stringValue: try fields.decode(String.self, forKey: .name)))
        }

        func encode(to encoder: any Encoder) throws {}

        struct Key: CodingKey {
            static let name = Key(stringValue: "name")
            let stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { return nil }
        }
    }

    static let cases: [(EventType, Int, String)] = [
        ("game.scored", 2, #"{"points":{"Lovelace":"many"}}"#),
        ("game.scored", 2, #"{"points":{"Lovelace":null}}"#),
        ("game.scored", 1, #"{"points":{"Lovelace":"many"}}"#),
        ("game.scored", 1, #"{"quoted":"Lovelace"}"#),
        ("person.refused", 1, #""Lovelace""#),
        ("person.indirect", 1, #"{"name":"Lovelace"}"#),
    ]

    private func read(_ number: Int) async throws -> (plain: RecordedEvent, decrypted: RecordedEvent) {
        let (type, version, data) = Self.cases[number]
        let plain = NewEvent(type: type, schemaVersion: version, data: try JSONText(data))
        let encrypted = try await people.cipher.encrypt(plain, for: "ada")
        try await people.ledger.commit {
            $0.append(contentsOf: [encrypted], to: "s")
            $0.append(contentsOf: [plain.repeated()], to: "s")
        }
        let events = try await people.reader.everything()
        return (try #require(events.last), try #require(events.first))
    }

    @Test(arguments: DecryptedErrorTests.cases.indices) func decoding(_ number: Int) async throws {
        let events = try await read(number)
        let catalog = EventCatalog(Scored.self, Picky.self, Indirect.self)
        let error = try #require(throws: LedgerError.self) { _ = try catalog.decode(events.decrypted) }
        #expect(error.code == .decodingFailed)
        #expect(error.message.contains("position 1"))
        var everything = ""
        dump(error, to: &everything)
        #expect(!everything.contains(Self.secret), "\(everything)")
        // Data in the clear are named as far as before.
        let precise = try #require(throws: LedgerError.self) { _ = try catalog.decode(events.plain) }
        #expect(precise.message.contains(Self.secret), "\(precise.message)")
    }

    /// What a projection or a reactor may say about an event that it has read.
    enum Complaint: String, CaseIterable, Sendable {
        case own, ledgers, encoding, decoding

        func raise(about event: RecordedEvent) throws {
            guard let name = try event.decode(Registered.self)?.name else { return }
            switch self {
            case .own: throw Named(name: name)
            case .ledgers: throw LedgerError(.conflict, "There is a document '\(name)' already.")
            case .encoding: _ = try JSONText(encoding: [name: Double.nan])
            case .decoding: _ = try JSONText(JSONValue.object([name: "many"])).decode([String: Int].self)
            }
        }
    }

    private struct Named: Error { let name: String }

    private struct ComplainingProjection: Projection {
        let name: ProjectionName = "complaining", version = 1
        let query = EventQuery(types: [Registered.eventType])
        let collections: Set<CollectionName> = ["names"]
        let complaint: Complaint

        func apply(_ event: RecordedEvent, to view: inout DocumentView) throws { try complaint.raise(about: event) }
    }

    private struct ComplainingReactor: Reactor {
        let name: ReactorName = "complainer"
        let query = EventQuery(types: [Registered.eventType])
        let complaint: Complaint

        func react(to event: RecordedEvent, in context: ReactionContext) async throws -> Commit {
            try complaint.raise(about: event)
            return Commit()
        }
    }

    @Test(arguments: Complaint.allCases) func deadLetters(_ complaint: Complaint) async throws {
        try await people.register(1, name: Self.secret)
        try await people.ledger.commit { try $0.append(Registered(name: Self.secret), to: "person-open") }
        let projector = Projector(
            ComplainingProjection(complaint: complaint), from: people.reader, into: people.ledger.documents,
            deadLetters: people.ledger.deadLetters, policy: .skip
        )
        #expect(try await projector.catchUp().eventsFailed == 2)
        let runner = ReactorRunner(
            ComplainingReactor(complaint: complaint), on: people.ledger, reading: people.reader,
            startingAt: .beginning, policy: .skip
        )
        #expect(try await runner.catchUp().eventsFailed == 2)
        let letters = try await people.ledger.deadLetters.letters(DeadLetterQuery(), limit: 10, from: nil).letters
        #expect(letters.count == 4)
        for letter in letters {
            guard case .event(let position, _, _) = letter.source else { continue }
            var everything = ""
            dump(letter, to: &everything)
            // The second event is in the clear, and so is what was said about it.
            #expect(everything.contains(Self.secret) == (position == 2), "\(everything)")
            #expect(letter.errorMessage.contains(Self.secret) == (position == 2), "\(letter.errorMessage)")
            #expect(letter.errorType == (complaint == .own ? "Named" : "LedgerError"))
        }
    }
}

extension NewEvent {
    fileprivate func repeated() -> NewEvent { NewEvent(type: type, schemaVersion: schemaVersion, data: data) }
}
