import EventLedger
import EventLedgerInMemory
import Testing

@Suite("Encrypting the data of events") struct PersonalDataCipherTests {
    private let people = People()

    private func event(
        _ data: String = #"{"name":"Ada"}"#, id: EventID = "e-1", type: EventType = "a"
    ) throws -> NewEvent {
        NewEvent(
            type: type, data: try JSONText(data), tags: ["b", "a"], id: id,
            occurredAt: Timestamp(microseconds: 7), metadata: Metadata(actor: "ada")
        )
    }

    private func nonce(_ event: NewEvent) throws -> String {
        let fields = try #require(try event.data.value().objectValue)
        return try #require(fields["nonce"]?.stringValue)
    }

    @Test func onlyTheDataAreChanged() async throws {
        let plain = try event()
        let encrypted = try await people.cipher.encrypt(plain, for: "ada")
        #expect(encrypted.id == plain.id)
        #expect(encrypted.type == plain.type)
        #expect(encrypted.tags == plain.tags)
        #expect(encrypted.occurredAt == plain.occurredAt)
        #expect(encrypted.metadata == plain.metadata)
        #expect(!encrypted.data.text.contains("Ada"))
        #expect(encrypted.data.text.contains("ada"))
    }

    @Test func theCommitThatIsMadeAgainIsADuplicate() async throws {
        let plain = try event()
        let first = try await people.cipher.encrypt(plain, for: "ada")
        let receipt = try await people.ledger.commit { $0.append(contentsOf: [first], to: "s") }
        let second = try await people.cipher.encrypt(plain, for: "ada")
        let again = try await people.ledger.commit { $0.append(contentsOf: [second], to: "s") }
        #expect(first == second)
        #expect(again.isDuplicate)
        #expect(again.position == receipt.position)
    }

    @Test func whatDiffersHasAnotherNonce() async throws {
        let plain = try event()
        let other = try NewEvent(Registered(name: "Ada"), id: "e-1")
        var encrypted = [
            try await people.cipher.encrypt(plain, for: "ada"),
            try await people.cipher.encrypt(plain, for: "bob"),
            try await people.cipher.encrypt(try event(id: "e-2"), for: "ada"),
            try await people.cipher.encrypt(try event(type: "b"), for: "ada"),
            try await people.cipher.encrypt(try event(#"{"name":"Bob"}"#), for: "ada"),
            try await people.cipher.encrypt(other, for: "ada"),
        ]
        encrypted.append(
            try await people.cipher.encrypt(
                NewEvent(type: plain.type, schemaVersion: 2, data: plain.data, id: plain.id), for: "ada")
        )
        let nonces = Set(try encrypted.map { try nonce($0) })
        #expect(nonces.count == encrypted.count)
    }

    @Test func theSizesOfPartsAreBound() async throws {
        // The same bytes in a row, cut elsewhere.
        let one = try await people.cipher.encrypt(try event(id: "ab", type: "c"), for: "ada")
        let other = try await people.cipher.encrypt(try event(id: "a", type: "bc"), for: "ada")
        #expect(try nonce(one) != nonce(other))
    }

    @Test func whatIsEncryptedAlreadyIsRefused() async throws {
        let encrypted = try await people.cipher.encrypt(try event(), for: "ada")
        #expect(await codeThrown { _ = try await people.cipher.encrypt(encrypted, for: "ada") } == .invalidValue)
    }

    @Test(arguments: [
        #"{"$encrypted":true}"#, #"{ "$encrypted" : 1 }"#, #"{"$encrypted":2,"more":1}"#,
        #"{"$encrypted":1,"ciphertext":"","key":"8oiP2d4vzg8=","nonce":"Ll2oS7JvWGRidJJe","subject":"a"}"#,
    ])
    func whatOnlyLooksEncryptedIsCommittedByNobody(_ text: String) async throws {
        let plain = try event(text)
        #expect(await codeThrown { try plain.validate() } == .invalidValue)
        let scoped = people.ledger.scoped(to: Scope(eventTypes: ["a"], streams: ["s"]))
        let ledgers: [any Ledger] = [people.ledger, scoped]
        for ledger in ledgers {
            let code = await codeThrown { try await ledger.commit { $0.append(contentsOf: [plain], to: "s") } }
            #expect(code == .invalidValue)
        }
        #expect(try await people.ledger.everything().isEmpty)
        // The same key in another place, and what is well-formed, are data like any other.
        let elsewhere = try event(#"{"a":{"$encrypted":true},"$encrypted":true}"#)
        let encrypted = try await people.cipher.encrypt(try event(id: "e-2"), for: "ada")
        try await people.ledger.commit { $0.append(contentsOf: [elsewhere, encrypted], to: "s") }
    }

    @Test func namesAreCheckedBeforeAKeyIsMade() async throws {
        #expect(await codeThrown { _ = try await people.cipher.encrypt(try event(), for: "") } == .invalidName)
        #expect(await codeThrown { _ = try await people.cipher.encrypt(try event(id: ""), for: "ada") } == .invalidName)
        let page = try await people.keys.subjects(after: nil, limit: 10)
        #expect(page.subjects.isEmpty)
    }

    @Test func theLimitIsForWhatIsStored() async throws {
        func data(_ bytes: Int) -> String { "\"" + String(repeating: "x", count: bytes - 2) + "\"" }
        let most = LedgerLimits.eventDataBytes
        let fits = try await people.cipher.encrypt(try event(data(most / 4 * 3 - 200)), for: "ada")
        try await people.ledger.commit { $0.append(contentsOf: [fits], to: "s") }
        let read = try await people.reader.lastEvent(of: "s")
        #expect(read?.data.bytes.count == most / 4 * 3 - 200)
        let larger = try event(data(most / 4 * 3))
        #expect(await codeThrown { _ = try await people.cipher.encrypt(larger, for: "ada") } == .limitExceeded)
    }

    @Test func theSubjectThatWasForgottenIsRefused() async throws {
        try await people.register(1, name: "Ada")
        try await people.keys.forget(People.subject(1))
        #expect(await codeThrown { try await people.register(1, name: "Ada") } == .subjectForgotten)
    }

    @Test func neitherAKeyNorAnErrorShowsSecrets() async throws {
        let key = try SubjectKey(bytes: Array(repeating: 0xAB, count: 32))
        var dumped = ""
        dump(key, to: &dumped)
        for text in ["\(key)", String(reflecting: key), dumped] {
            #expect(!text.contains("171") && !text.lowercased().contains("ab, ab"), "\(text)")
        }
        #expect(throws: LedgerError.self) { try SubjectKey(bytes: [1, 2, 3]) }
    }
}

@Suite("Decrypting what was changed") struct ChangedDataTests {
    private let people = People()

    private func unreadable(_ event: RecordedEvent, _ reason: String) async throws {
        let error = await #expect(throws: LedgerError.self) { _ = try await people.cipher.decrypt(event) }
        #expect(error?.code == .decodingFailed)
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
        // Among others it stays as it is, and whoever decodes it is told.
        let among = try await people.cipher.decrypt([event])
        #expect(among == [event])
        #expect(among.first?.isErased == false)
        #expect(throws: LedgerError.self) { try among.first?.decode(Registered.self) }
    }

    /// The event with other fields in its encrypted data.
    private func changed(_ event: RecordedEvent, _ change: (inout JSONObject) -> Void) throws -> RecordedEvent {
        var fields = try #require(try event.data.value().objectValue)
        change(&fields)
        return event.with(data: JSONText(.object(fields)))
    }

    /// Base64 with one of its characters replaced by another one.
    private func flipped(_ value: JSONValue?, at index: Int) throws -> JSONValue {
        var characters = Array(try #require(value?.stringValue))
        characters[index] = characters[index] == "A" ? "B" : "A"
        return .string(String(characters))
    }

    @Test(arguments: [0, 7, 21]) func changedBytesAreFound(_ index: Int) async throws {
        try await people.register(1, name: "Ada")
        let event = try await people.event(of: 1)
        let ciphertext = try changed(event) { $0["ciphertext"] = try? flipped($0["ciphertext"], at: index) }
        try await unreadable(ciphertext, "were changed")
        let nonce = try changed(event) { $0["nonce"] = try? flipped($0["nonce"], at: index % 12) }
        try await unreadable(nonce, "were changed")
    }

    @Test func dataOfAnotherEventAreFound() async throws {
        try await people.register(1, name: "Ada")
        let event = try await people.event(of: 1)
        let moved = event.with(id: "another")
        try await unreadable(moved, "belong to another event")
        for (type, version) in [(EventType("another"), 1), (event.type, 2)] {
            let other = RecordedEvent(
                position: event.position, stream: event.stream, revision: event.revision, id: event.id, type: type,
                schemaVersion: version, data: event.data, tags: event.tags, occurredAt: event.occurredAt,
                recordedAt: event.recordedAt, encodedMetadata: event.encodedMetadata, hash: event.hash
            )
            #expect(await codeThrown { _ = try await people.cipher.decrypt(other) } == .decodingFailed)
        }
    }

    @Test func aSubjectThatWasExchangedIsFound() async throws {
        try await people.register(1, name: "Ada")
        try await people.register(2, name: "Bob")
        let event = try await people.event(of: 1)
        let other = try changed(event) { $0["subject"] = .string(People.subject(2).rawValue) }
        try await unreadable(other, "another key")
        // Also where both subjects have the same key.
        let fixed = PersonalDataCipher(keys: try FixedKeys())
        let new = try await fixed.encrypt(Registered(name: "Ada"), for: "a", id: event.id)
        let ofAnother = try changed(event.with(data: new.data)) { $0["subject"] = "b" }
        #expect(await codeThrown { _ = try await fixed.decrypt(ofAnother) } == .decodingFailed)
    }

    @Test func onlyDataOfTheForgottenKeyAreErased() async throws {
        try await people.register(1, name: "Ada")
        let event = try await people.event(of: 1)
        try await people.keys.forget(People.subject(1))
        // Well-formed, but never readable: the name of a forgotten subject is all it takes to write this.
        let invented = try changed(event) { $0["key"] = "AAAAAAAAAAA=" }
        try await unreadable(invented, "another key")
        // The same for a subject that was forgotten before it had a key.
        try await people.keys.forget("nobody")
        let ofNobody = try changed(event) { $0["subject"] = "nobody" }
        try await unreadable(ofNobody, "another key")
        #expect(try await people.cipher.decrypt(event).isErased)
        // A projection stops there and does not pass over it.
        let committed = NewEvent(type: event.type, data: invented.data)
        try await people.ledger.commit { $0.append(contentsOf: [committed], to: "person-1") }
        let projector = Projector(Names(), from: people.reader, into: people.ledger.documents)
        #expect(await codeThrown { try await projector.catchUp() } == .projectionFailed)
    }

    @Test func otherKeysDoNotFit() async throws {
        try await people.register(1, name: "Ada")
        let event = try await people.event(of: 1)
        let others = People()
        #expect(await codeThrown { _ = try await others.cipher.decrypt(event) } == .decodingFailed)
        _ = try await others.keys.key(for: People.subject(1))
        #expect(await codeThrown { _ = try await others.cipher.decrypt(event) } == .decodingFailed)
    }

    @Test(arguments: [
        #"{"$encrypted":2}"#, #"{"$encrypted":1}"#, #"{"$encrypted":1,"subject":""}"#, #"{"$encrypted":[]}"#,
        #"{"$encrypted":1,"ciphertext":"","key":"8oiP2d4vzg8=","nonce":"Ll2oS7JvWGRidJJe","subject":"a"}"#,
    ])
    func otherFormsAreNotRead(_ text: String) async throws {
        try await people.register(1, name: "Ada")
        let event = try await people.event(of: 1).with(data: try JSONText(text))
        try await unreadable(event, "form")
        #expect(event.subject == nil)
    }

    @Test func theSameCiphertextHasOneText() async throws {
        try await people.register(1, name: "Ada")
        let event = try await people.event(of: 1)
        let more = try changed(event) { $0["more"] = 1 }
        try await unreadable(more, "form")
        #expect(event.subject == People.subject(1))
    }
}
