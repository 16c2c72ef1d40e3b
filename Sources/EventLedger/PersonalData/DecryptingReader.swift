/// Reads another reader's events and decrypts them: for projections, replays, reactors and subscriptions.
///
/// ```swift
/// let reader = DecryptingReader(ledger, keys: keys)
/// try await Projector(Users(), from: reader, into: ledger.documents).catchUp()
/// ```
///
/// Every event keeps its place. Of an encrypted one there is to be seen:
///
/// - the data in the clear, where the subject has its key;
/// - ``RecordedEvent/isErased``, where the key was forgotten: decoding such an event gives `nil`, so that who
///   passes over events that are not for him passes over these;
/// - the encrypted data, where they cannot be decrypted: decoding them throws, and the projector's policy says what
///   becomes of the event.
///
/// Keys are looked up once for each page and not kept: what is read after a subject was forgotten does not have its
/// data. Hashes are those of the encrypted data, ``RecordedEvent/recordedData``: what checks them looks at these.
/// Exports and imports refuse decrypted events and are given the ledger itself.
public struct DecryptingReader: EventReader {
    private let base: any EventReader
    private let cipher: PersonalDataCipher

    /// Makes a reader.
    ///
    /// - Parameters:
    ///   - base: Where the events come from.
    ///   - keys: Where the keys are kept.
    public init(_ base: any EventReader, keys: any SubjectKeyStore) {
        self.base = base
        cipher = PersonalDataCipher(keys: keys)
    }

    /// Reads some events of a selection and decrypts them.
    ///
    /// - Throws: What the base and the key store throw.
    public func page(_ selection: EventSelection) async throws -> EventPage {
        let page = try await base.page(selection)
        return EventPage(events: try await cipher.decrypt(page.events), checkpoint: page.checkpoint, next: page.next)
    }

    public func head() async throws -> Checkpoint { try await base.head() }

    public func waitForEvents(after checkpoint: Checkpoint) async throws {
        try await base.waitForEvents(after: checkpoint)
    }
}
