/// Encrypts the data of events with the key of the subject that they are about, so that forgetting the key erases them:
/// the events stay in the ledger, and their hashes hold, because the ciphertext is what is hashed.
///
/// ```swift
/// let registered = try await cipher.encrypt(UserRegistered(name: "Ada"), for: "user-42")
/// try await ledger.commit { $0.append(contentsOf: [registered], to: "user-42") }
/// try await keys.forget("user-42")
/// ```
///
/// Only the data are encrypted. Stream, type, tags, times and metadata stay readable; what the type's
/// ``Event/tags`` say is among them.
public struct PersonalDataCipher: Sendable {
    private let keys: any SubjectKeyStore

    /// Makes a cipher.
    ///
    /// - Parameter keys: Where the keys are kept. They are asked for each time and never remembered here.
    public init(keys: any SubjectKeyStore) { self.keys = keys }

    /// Encrypts the data of an event that is not committed yet.
    ///
    /// The same event gives the same bytes, as long as its id, type, schema version, data and subject are the same: a
    /// commit may be made again from scratch, and is known to be a repetition.
    ///
    /// An event that was encrypted before its subject was forgotten can still be committed after. Nobody can read its
    /// data.
    ///
    /// - Parameters:
    ///   - event: The event, data in the clear. Encrypted they have 4/3 of the size, and about 120 bytes and the
    ///     subject's name more; ``LedgerLimits/eventDataBytes`` is the limit for both forms.
    ///   - subject: Whose data they are.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/subjectForgotten``; ``LedgerError/Code/limitExceeded``;
    ///   ``LedgerError/Code/invalidValue`` where the data are encrypted already; what ``NewEvent/validate()`` and the
    ///   key store throw.
    /// - Complexity: O(size).
    public func encrypt(_ event: NewEvent, for subject: SubjectName) async throws -> NewEvent {
        try subject.validate()
        try event.validate()
        guard !EncryptedData.isForm(of: event.data) else {
            throw LedgerError(
                .invalidValue, "The data of an event of type '\(event.type)' are encrypted already. Encrypt them once."
            )
        }
        let data = try SubjectCipher(try await keys.key(for: subject), of: subject).encrypt(event)
        let encrypted = NewEvent(
            type: event.type, schemaVersion: event.schemaVersion, data: data.text, tags: event.tags, id: event.id,
            occurredAt: event.occurredAt, metadata: event.metadata
        )
        try encrypted.validate()
        return encrypted
    }

    /// Encodes an event of a Swift type and encrypts its data; see ``encrypt(_:for:)``.
    ///
    /// - Parameters:
    ///   - event: The event. Its tags are not encrypted.
    ///   - subject: Whose data they are.
    ///   - id: A new time-ordered id unless given. Who makes a commit again from scratch gives the same one.
    ///   - occurredAt: When it happened; `nil` means when it is committed.
    ///   - metadata: How it came to be; not encrypted.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/encodingFailed``, and as ``encrypt(_:for:)``.
    public func encrypt(
        _ event: some Event, for subject: SubjectName, id: EventID = .timeOrdered(), occurredAt: Timestamp? = nil,
        metadata: Metadata = Metadata()
    ) async throws -> NewEvent {
        let encoded = try NewEvent(event, id: id, occurredAt: occurredAt, metadata: metadata)
        return try await encrypt(encoded, for: subject)
    }

    /// Decrypts an event; one that is not encrypted is returned as it is, one whose subject was forgotten as
    /// ``RecordedEvent/isErased``, if the key that was forgotten is the one that its data name.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/decodingFailed`` where the data cannot be decrypted, which
    ///   says why; or what the key store throws.
    public func decrypt(_ event: RecordedEvent) async throws -> RecordedEvent {
        let (decrypted, problem) = try await results(of: [event]).first ?? (event, nil)
        guard let problem else { return decrypted }
        throw LedgerError(
            .decodingFailed,
            "The data of the event at position \(event.position), of type '\(event.type)', cannot be decrypted: "
                + problem,
            details: ["position": "\(event.position)", "type": "\(event.type)"]
        )
    }

    /// Decrypts events, all with one look at the keys. An event that cannot be decrypted stays encrypted, so that it
    /// does not stand in the way of the others: whoever decodes it gets an error.
    ///
    /// - Throws: What the key store throws.
    public func decrypt(_ events: [RecordedEvent]) async throws -> [RecordedEvent] {
        guard events.contains(where: \.isEncrypted) else { return events }
        return try await results(of: events).map(\.event)
    }

    private func results(of events: [RecordedEvent]) async throws -> [(event: RecordedEvent, problem: String?)] {
        let encrypted = events.map { EncryptedData($0.data) }
        let subjects = Set(encrypted.compactMap { $0?.subject })
        let states = subjects.isEmpty ? [:] : try await keys.states(of: subjects)
        var ciphers: [SubjectName: SubjectCipher] = [:]
        return zip(events, encrypted).map { event, data in
            guard let data else { return (event, event.isEncrypted ? "they have a form that is not known here." : nil) }
            switch states[data.subject] {
            case nil: return (event, "their subject has no key here. Find the keys that they were encrypted with.")
            case .forgotten(let keyID):
                // Without the key nothing more can be checked, and without this nothing would be: who knows the
                // subject's name could write what passes for erased.
                guard data.keyID == keyID else {
                    return (
                        event,
                        "their subject was forgotten, and they name another key than the one it had. Find out who "
                            + "wrote them."
                    )
                }
                return (event.erased(data.subject), nil)
            case .known(let key):
                let cipher = ciphers[data.subject] ?? SubjectCipher(key, of: data.subject)
                ciphers[data.subject] = cipher
                guard cipher.isKey(of: data) else {
                    return (event, "they were encrypted with another key. Find the keys that were in use.")
                }
                guard let readable = cipher.decrypt(data, of: event) else {
                    return (event, "they were changed, or belong to another event. Verify a copy of the ledger.")
                }
                return (event.decrypted(readable), nil)
            }
        }
    }
}
