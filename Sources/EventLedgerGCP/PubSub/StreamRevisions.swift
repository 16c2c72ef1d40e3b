public import EventLedger

/// What a consumer has seen of each stream, kept as documents: it drops what comes a second time.
///
/// It needs deliveries in order within a stream (an ordering key and a subscription that keeps order): an event whose revision is
/// not above the last one seen counts as seen. Revisions may be left out, as a filter does.
///
/// ```swift
/// let seen = StreamRevisions(of: "mailer", collection: "mailer-seen", in: ledger.documents)
/// guard let mark = try await seen.mark(event) else { return }       // a duplicate
/// try await ledger.documents.write([mark, .put(mail)])              // together, or not at all
/// ```
public struct StreamRevisions: Sendable {
    private let consumer: String
    private let collection: CollectionName
    private let documents: any DocumentReader

    /// Makes a memory.
    ///
    /// - Parameters:
    ///   - consumer: The consumer's name.
    ///   - collection: Where the documents stand, one for each stream; the caller's own.
    ///   - documents: Where they are read.
    public init(of consumer: String, collection: CollectionName, in documents: any DocumentReader) {
        self.consumer = consumer
        self.collection = collection
        self.documents = documents
    }

    /// The write that notes an event as seen, to be made together with the event's effects. It requires that nobody else noted
    /// one of the stream meanwhile: a `conflict` means that the event is being handled elsewhere; ask again.
    ///
    /// - Returns: `nil` where the event was seen before.
    public func mark(_ event: RecordedEvent) async throws -> DocumentWrite? {
        let id = CanonicalDigest.hexadecimal(of: [consumer, event.stream.rawValue])
        let key = DocumentKey(collection, DocumentID(id))
        let known = try await documents.document(key)
        if let revision = known?.fields["revision"]?.integerValue, revision >= event.revision.rawValue { return nil }
        let fields: JSONObject = [
            "consumer": .string(consumer), "stream": .string(event.stream.rawValue),
            "revision": .integer(event.revision.rawValue),
        ]
        return .put(key, fields, if: known.map { .version($0.version) } ?? .absent)
    }
}
