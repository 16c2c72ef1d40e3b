/// Decides whether events of another ledger may be brought in. It is pure: the backend tells it what is there, within the
/// transaction that is going to write.
public struct ImportCheck {
    /// Where a ledger stands.
    public struct LedgerHead: Hashable, Sendable {
        /// The last position; 0 where the ledger is empty.
        public var position: Position
        /// The last position that was imported; 0 where nothing was.
        public var importedThrough: Position
        /// The time of the last event; `nil` where the ledger is empty.
        public var recordedAt: Timestamp?

        /// Makes a head.
        public init(position: Position, importedThrough: Position, recordedAt: Timestamp?) {
            self.position = position
            self.importedThrough = importedThrough
            self.recordedAt = recordedAt
        }
    }

    /// Where a stream stands.
    public struct StreamHead: Hashable, Sendable {
        /// The last revision.
        public var revision: Revision
        /// The hash of the last event.
        public var hash: EventHash

        /// Makes a head.
        public init(revision: Revision, hash: EventHash) {
            self.revision = revision
            self.hash = hash
        }
    }

    private var head: LedgerHead
    private var streams: [StreamName: StreamHead] = [:]
    private var ids: Set<EventID> = []
    private var hasher = EventHasher()

    private init(head: LedgerHead) { self.head = head }

    /// Checks events and picks those that have to be written.
    ///
    /// - Parameters:
    ///   - events: The events in the order of positions.
    ///   - head: Where the ledger stands.
    ///   - stored: The event at a position at or below the head.
    ///   - streamHead: Where a stream stands; `nil` where it has no event. Asked once per stream.
    ///   - isKnown: Whether an event with an id is there.
    /// - Returns: Those behind the head; the others are there already.
    /// - Throws: ``LedgerError``: `conflict` where the ledger holds something else, `eventIDReused`, `invalidName`,
    ///   `limitExceeded`, `invalidValue` for events that contradict themselves or each other and for decrypted ones,
    ///   `corrupt` where a hash is not the one that the event ought to have; and what the closures throw.
    /// - Complexity: O(size of the events).
    public static func newEvents(
        among events: [RecordedEvent], behind head: LedgerHead, stored: (Position) throws -> RecordedEvent?,
        streamHead: (StreamName) throws -> StreamHead?, isKnown: (EventID) throws -> Bool
    ) throws -> [RecordedEvent] {
        var check = ImportCheck(head: head)
        var new: [RecordedEvent] = []
        for event in events {
            try checkIsAsCommitted(event)
            guard event.position > head.position else {
                try skip(event, stored: try stored(event.position))
                continue
            }
            if check.streams[event.stream] == nil { check.streams[event.stream] = try streamHead(event.stream) }
            if check.ids.contains(event.id) { throw idReused(by: event) }
            if try isKnown(event.id) { throw idReused(by: event) }
            try check.admit(event)
            new.append(event)
        }
        return new
    }

    /// What a ``DecryptingReader`` gave has the hash of the ciphertext, and would be written in the clear under it.
    private static func checkIsAsCommitted(_ event: RecordedEvent) throws {
        guard !event.hasReplacedData else {
            throw failure(event, "was decrypted. Read it from the ledger itself, not through a DecryptingReader.")
        }
    }

    private static func skip(_ event: RecordedEvent, stored: RecordedEvent?) throws {
        guard stored == event else {
            throw LedgerError(
                .conflict,
                "The ledger holds another event at position \(event.position). Import into an empty ledger.",
                details: ["position": "\(event.position)"]
            )
        }
    }

    private static func idReused(by event: RecordedEvent) -> LedgerError {
        LedgerError(
            .eventIDReused,
            "The event at position \(event.position) has an id that another event has. Verify the ledger it comes from.",
            details: ["position": "\(event.position)", "id": event.id.rawValue]
        )
    }

    private mutating func admit(_ event: RecordedEvent) throws {
        guard head.position <= head.importedThrough else {
            throw LedgerError(
                .conflict,
                "The ledger holds events that were not imported, up to position \(head.position). "
                    + "Import into an empty ledger.",
                details: ["position": "\(head.position)", "importedThrough": "\(head.importedThrough)"]
            )
        }
        guard event.position.rawValue == head.position.rawValue + 1 else {
            throw Self.failure(
                event, "follows position \(head.position). Import all events, in the order of positions."
            )
        }
        try Self.checkContent(of: event)
        if let last = head.recordedAt, event.recordedAt < last {
            throw Self.failure(event, "was recorded before the event in front of it. Verify the ledger it comes from.")
        }
        let stream = streams[event.stream] ?? StreamHead(revision: 0, hash: .zero)
        guard event.revision.rawValue == stream.revision.rawValue + 1 else {
            throw Self.failure(
                event,
                "has revision \(event.revision), but its stream is at \(stream.revision). Verify the ledger it comes from."
            )
        }
        guard hasher.hash(event, previous: stream.hash) == event.hash else {
            throw Self.failure(
                event, "does not have the hash that its content and its stream require: it was changed.", code: .corrupt
            )
        }
        ids.insert(event.id)
        streams[event.stream] = StreamHead(revision: event.revision, hash: event.hash)
        head = LedgerHead(position: event.position, importedThrough: event.position, recordedAt: event.recordedAt)
    }

    private static func checkContent(of event: RecordedEvent) throws {
        try event.stream.validate()
        try NewEvent(
            type: event.type, schemaVersion: event.schemaVersion, data: event.data, tags: event.tags, id: event.id,
            occurredAt: event.occurredAt
        ).validate()
        for (one, next) in zip(event.tags, event.tags.dropFirst()) where !(one < next) {
            throw failure(event, "has tags that are not unique and in order.")
        }
        guard (Timestamp.distantPast...Timestamp.distantFuture).contains(event.recordedAt) else {
            throw failure(event, "was recorded outside the years 1 to 9999.")
        }
        guard (try? JSONText(event.data.bytes)) == event.data else {
            throw failure(event, "has data that are not compact, valid JSON.")
        }
        let metadata = event.encodedMetadata
        guard metadata.bytes.first == UInt8(ascii: "{"), (try? JSONText(metadata.bytes)) == metadata else {
            throw failure(event, "has metadata that are not a compact, valid JSON object.")
        }
        try LedgerLimits.check(
            "The metadata of the event at position \(event.position)", metadata.bytes.count,
            atMost: LedgerLimits.metadataBytes, unit: "bytes", advice: "Verify the ledger it comes from."
        )
    }

    private static func failure(
        _ event: RecordedEvent, _ what: String, code: LedgerError.Code = .invalidValue
    ) -> LedgerError {
        LedgerError(
            code, "The event at position \(event.position) \(what)", details: ["position": "\(event.position)"]
        )
    }
}
