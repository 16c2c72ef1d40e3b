import EventLedger
import EventLedgerInMemory
import Synchronization
import Testing

@Suite("Reading encrypted events, and forgetting", .timeLimit(.minutes(5))) struct ErasureTests {
    private let people = People()

    private func names(in store: any DocumentReader) async throws -> [String: String] {
        var names: [String: String] = [:]
        for try await document in store.all(DocumentQuery("names")) {
            names[document.key.id.rawValue] = document.fields["name"]?.stringValue
        }
        return names
    }

    @Test func theReaderSeesWhatWasEncrypted() async throws {
        for number in 1...3 { try await people.register(number, name: "P\(number)") }
        try await people.ledger.commit { try $0.append(Registered(name: "open"), to: "person-open") }
        let events = try await people.reader.everything()
        #expect(try events.map { try $0.decode(Registered.self)?.name } == ["P1", "P2", "P3", "open"])
        #expect(events.map(\.subject) == [1, 2, 3].map(People.subject) + [nil])
        let stored = try await people.ledger.everything()
        #expect(events.map(\.hash) == stored.map(\.hash))
        #expect(events.map(\.recordedData) == stored.map(\.data))
        #expect(events.allSatisfy { !$0.isEncrypted && !$0.isErased })
        // The ledger itself has nothing to decode, and says so.
        #expect(stored.map(\.isEncrypted) == [true, true, true, false])
        #expect(await codeThrown { _ = try stored.first?.decode(Registered.self) } == .decodingFailed)
        #expect(await codeThrown { _ = try EventCatalog(Registered.self).decode(stored[0]) } == .decodingFailed)
    }

    @Test func whatIsForgottenStaysInItsPlace() async throws {
        for number in 1...3 { try await people.register(number, name: "P\(number)") }
        try await people.keys.forget(People.subject(2))
        let events = try await people.reader.everything()
        #expect(events.map(\.position) == [1, 2, 3])
        #expect(events.map(\.isErased) == [false, true, false])
        let erased = events[1]
        #expect(!erased.isEncrypted)
        #expect(erased.subject == People.subject(2))
        #expect(erased.data.text == #"{"$erased":{"subject":"person-2"}}"#)
        #expect(try erased.decode(Registered.self) == nil)
        #expect(try EventCatalog(Registered.self).decode(erased) == nil)
        // Only the reader says so: an author cannot make an event look erased.
        let claimed = try await people.event(of: 1).with(data: erased.data)
        #expect(!claimed.isErased)
    }

    /// An event whose author chose keys that mean something to the library.
    private struct Marked: Event, Equatable {
        static let eventType: EventType = "thing.marked"
        let erased: [String: String]

        enum CodingKeys: String, CodingKey { case erased = "$erased" }
    }

    @Test func whatLooksErasedAndIsNotIsDecrypted() async throws {
        let marked = Marked(erased: ["subject": "person-1"])
        let event = try await people.cipher.encrypt(marked, for: People.subject(1))
        try await people.ledger.commit { $0.append(contentsOf: [event], to: "thing-1") }
        let read = try await people.reader.lastEvent(of: "thing-1")
        let decrypted = try #require(read)
        #expect(decrypted.data.text == #"{"$erased":{"subject":"person-1"}}"#)
        #expect(!decrypted.isErased)
        #expect(try decrypted.decode(Marked.self) == marked)
        // Forgotten, it has the same data and is another event.
        try await people.keys.forget(People.subject(1))
        let erased = try await people.reader.lastEvent(of: "thing-1")
        #expect(erased?.data == decrypted.data)
        #expect(erased?.isErased == true)
        #expect(erased != decrypted)
    }

    @Test func projectionsGoOnWithoutWhatWasForgotten() async throws {
        for number in 1...3 { try await people.register(number, name: "P\(number)") }
        let projector = Projector(Names(), from: people.reader, into: people.ledger.documents)
        try await projector.catchUp()
        #expect(try await names(in: people.ledger.documents) == ["person-1": "P1", "person-2": "P2", "person-3": "P3"])

        try await people.keys.forget(People.subject(2))
        try await people.register(4, name: "P4")
        let report = try await projector.catchUp()
        #expect(report.eventsFailed == 0)
        // The document is there until it is built anew.
        #expect(try await names(in: people.ledger.documents).count == 4)
        try await projector.rebuild()
        #expect(try await names(in: people.ledger.documents) == ["person-1": "P1", "person-3": "P3", "person-4": "P4"])

        let target = InMemoryLedger()
        try await Replay([Names()], from: people.reader, into: target.documents).run { _ in }
        #expect(try await names(in: target.documents) == ["person-1": "P1", "person-3": "P3", "person-4": "P4"])
    }

    @Test func whatCannotBeDecryptedIsLeftToThePolicy() async throws {
        try await people.register(1, name: "P1")
        try await people.register(2, name: "P2")
        let others = InMemorySubjectKeyStore()
        let reader = DecryptingReader(people.ledger, keys: others)
        let stopping = Projector(Names(), from: reader, into: InMemoryLedger().documents)
        #expect(await codeThrown { try await stopping.catchUp() } == .projectionFailed)
    }

    @Test func aDeadLetterHoldsTheDataAsTheyAreStored() async throws {
        let event = try await people.cipher.encrypt(Registered(name: "Secret", age: -1), for: "child")
        try await people.ledger.commit { $0.append(contentsOf: [event], to: "person-child") }
        let projector = Projector(
            Names(), from: people.reader, into: people.ledger.documents, deadLetters: people.ledger.deadLetters,
            policy: .skip
        )
        try await projector.catchUp()
        let letters = try await people.ledger.deadLetters.letters(DeadLetterQuery(), limit: 10, from: nil).letters
        #expect(letters.map(\.payload) == [event.data.text])
        #expect(!letters.contains { "\($0.payload)\($0.errorMessage)".contains("Secret") })
    }

    /// Notes the names that it reacts to.
    private struct Greeter: Reactor {
        final class Greeted: Sendable {
            let names = Mutex<[String]>([])
        }

        let name: ReactorName = "greeter"
        let query = EventQuery(types: [Registered.eventType])
        let greeted = Greeted()

        func react(to event: RecordedEvent, in context: ReactionContext) async throws -> Commit {
            guard let registered = try event.decode(Registered.self) else { return Commit() }
            greeted.names.withLock { $0.append(registered.name) }
            return Commit()
        }
    }

    @Test func reactorsReadDecrypted() async throws {
        for number in 1...3 { try await people.register(number, name: "P\(number)") }
        try await people.keys.forget(People.subject(1))
        let greeter = Greeter()
        let runner = ReactorRunner(greeter, on: people.ledger, reading: people.reader, startingAt: .beginning)
        let report = try await runner.catchUp()
        #expect(report.eventsHandled == 3)
        #expect(greeter.greeted.names.withLock { $0 } == ["P2", "P3"])
    }

    @Test func aSubscriptionStopsShowingWhatWasForgottenMeanwhile() async throws {
        try await people.register(1, name: "P1")
        var elements = people.reader.subscribe().makeAsyncIterator()
        guard case .events(let first, _) = try await elements.next() else {
            Issue.record("The first page was expected.")
            return
        }
        #expect(try first.map { try $0.decode(Registered.self)?.name } == ["P1"])
        // Encrypted before, committed after: nobody can read it.
        let late = try await people.cipher.encrypt(Registered(name: "late"), for: People.subject(1))
        try await people.keys.forget(People.subject(1))
        try await people.ledger.commit { $0.append(contentsOf: [late], to: "person-1") }
        while let element = try await elements.next() {
            guard case .events(let events, _) = element else { continue }
            #expect(events.map(\.isErased) == [true])
            break
        }
    }

    @Test func theChainStillVerifies() async throws {
        for number in 1...5 { try await people.register(number, name: "P\(number)") }
        let options = LedgerVerifier.Options(catalog: EventCatalog(Registered.self), expectsProvenance: false)
        let before = try await LedgerVerifier(people.ledger, options).verify()
        for number in [1, 4] { try await people.keys.forget(People.subject(number)) }
        let after = try await LedgerVerifier(people.ledger, options).verify()
        #expect(before.isSound && after.isSound)
        #expect(before.findings.isEmpty && after.findings.isEmpty)
        #expect(after.events == 5)
    }

    @Test func whatOnlyClaimsToBeEncryptedIsFound() async throws {
        // No ledger takes it, so the chain is made without one.
        var chain = Chain()
        try chain.append(to: "a", type: Registered.eventType, data: #"{"$encrypted":1}"#)
        let report = try await LedgerVerifier(ArrayReader(events: chain.events)).verify()
        #expect(report.findings.map(\.kind) == [.undecodable])
    }

    @Test func anImportOfDecryptedEventsIsRefused() async throws {
        try await people.register(1, name: "Ada")
        func check(_ events: [RecordedEvent]) throws -> [RecordedEvent] {
            try ImportCheck.newEvents(
                among: events, behind: ImportCheck.LedgerHead(position: 0, importedThrough: 0, recordedAt: nil),
                stored: { _ in nil }, streamHead: { _ in nil }, isKnown: { _ in false }
            )
        }
        let stored = try await people.ledger.everything()
        #expect(try check(stored) == stored)
        #expect(await codeThrown { _ = try check(try await people.reader.everything()) } == .invalidValue)
        try await people.keys.forget(People.subject(1))
        #expect(await codeThrown { _ = try check(try await people.reader.everything()) } == .invalidValue)
    }

    @Test func decryptedEventsAreNotSentOutUnderTheHashOfTheCiphertext() async throws {
        try await people.register(1, name: "Ada")
        try await people.register(2, name: "Bob")
        try await people.ledger.commit { try $0.append(Registered(name: "open"), to: "person-open") }
        try await people.keys.forget(People.subject(2))
        let events = try await people.reader.everything()
        #expect(events.map(\.isErased) == [false, true, false])
        for event in events.prefix(2) {
            #expect(await codeThrown { _ = try CloudEvent(event) } == .invalidValue)
        }
        #expect(try CloudEvent(events[2]).recordedEvent() == events[2])
        for stored in try await people.ledger.everything() {
            #expect(try CloudEvent(stored).recordedEvent() == stored)
        }
    }

    @Test func proofsAndComparisonsAreAboutWhatWasCommitted() async throws {
        for number in 1...3 { try await people.register(number, name: "P\(number)") }
        try await people.keys.forget(People.subject(2))
        let sealer = LedgerSealer(people.reader)
        let seal = try await sealer.seal()
        #expect(try await LedgerSealer(people.ledger).seal().root == seal.root)
        let (readable, stored) = (try await people.reader.everything(), try await people.ledger.everything())
        for (one, other) in zip(readable, stored) {
            let proof = try await sealer.inclusionProof(of: one.position)
            #expect(proof.verdict(on: one, under: seal) == .proven)
            #expect(proof.verdict(on: other, under: seal) == .proven)
            // Somebody's own data in the place of the committed ones are not.
            #expect(proof.verdict(on: one.with(data: try JSONText("{}")), under: seal) == .otherEvent)
        }
        #expect(try await LedgerComparison(people.reader, people.ledger).compare().isEqual)
        let options = LedgerVerifier.Options(catalog: EventCatalog(Registered.self), expectsProvenance: false)
        #expect(try await LedgerVerifier(people.reader, options).verify().findings.isEmpty)
    }
}
