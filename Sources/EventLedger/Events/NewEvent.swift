/// An event that is not in the ledger yet: bytes, ready to be committed and to be sent again with the same id.
public struct NewEvent: Hashable, Sendable {
    /// The identity; see ``EventID``.
    public let id: EventID
    /// The kind of event.
    public let type: EventType
    /// The version of the data's form, from 1.
    public let schemaVersion: Int
    /// The data.
    public let data: JSONText
    /// The tags, unique and ordered by bytes.
    public let tags: [EventTag]
    /// When it happened, as its author says; `nil` means when it is committed.
    public var occurredAt: Timestamp?
    /// How it came to be.
    public var metadata: Metadata

    /// Makes an event of any data; see ``init(_:id:occurredAt:metadata:)`` for one of a Swift type.
    ///
    /// - Parameters:
    ///   - type: The kind of event.
    ///   - schemaVersion: The version of the data's form, from 1.
    ///   - data: The data, at most ``LedgerLimits/eventDataBytes``; checked when it is committed.
    ///   - tags: At most ``LedgerLimits/tagsPerEvent``.
    ///   - id: A new time-ordered id unless given.
    ///   - occurredAt: When it happened; `nil` means when it is committed.
    ///   - metadata: How it came to be.
    public init(
        type: EventType, schemaVersion: Int = 1, data: JSONText, tags: some Sequence<EventTag> = [EventTag](),
        id: EventID = .timeOrdered(), occurredAt: Timestamp? = nil, metadata: Metadata = Metadata()
    ) {
        self.id = id
        self.type = type
        self.schemaVersion = schemaVersion
        self.data = data
        self.tags = Self.uniqueAndOrdered(Array(tags))
        self.occurredAt = occurredAt
        self.metadata = metadata
    }

    private static func uniqueAndOrdered(_ tags: [EventTag]) -> [EventTag] {
        if zip(tags, tags.dropFirst()).allSatisfy({ $0 < $1 }) { return tags }
        return Array(Set(tags)).sorted()
    }

    /// Encodes an event of a Swift type.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/encodingFailed``.
    public init(
        _ event: some Event, id: EventID = .timeOrdered(), occurredAt: Timestamp? = nil, metadata: Metadata = Metadata()
    ) throws {
        let kind = Swift.type(of: event)
        self.init(
            type: kind.eventType, schemaVersion: kind.schemaVersion, data: try JSONText(encoding: event),
            tags: event.tags, id: id, occurredAt: occurredAt, metadata: metadata
        )
    }

    /// Checks names and limits, and that data which begin as encrypted ones have their form.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/invalidName``, ``LedgerError/Code/invalidValue`` or
    ///   ``LedgerError/Code/limitExceeded``.
    /// - Complexity: O(size of names, tags and metadata); for encrypted data also O(size of the data).
    public func validate() throws {
        try id.validate()
        try type.validate()
        for tag in tags { try tag.validate() }
        guard schemaVersion >= 1 else {
            throw LedgerError(.invalidValue, "An event's schema version is \(schemaVersion); versions count from 1.")
        }
        if let occurredAt, !(Timestamp.distantPast...Timestamp.distantFuture).contains(occurredAt) {
            throw LedgerError(.invalidValue, "An event occurred outside the years 1 to 9999. Correct its time.")
        }
        try LedgerLimits.check(
            "The data of an event of type '\(type)'", data.bytes.count, atMost: LedgerLimits.eventDataBytes,
            unit: "bytes",
            advice: "Keep large content elsewhere and refer to it."
        )
        // The form is reserved: data that only look encrypted could be neither read nor verified, for good.
        guard !EncryptedData.isForm(of: data) || EncryptedData(data) != nil else {
            throw LedgerError(
                .invalidValue,
                "The data of an event of type '\(type)' begin with the key '\(EncryptedData.formKey)', which is "
                    + "reserved, and are not well-formed encrypted data. Name the key otherwise, or use a "
                    + "PersonalDataCipher."
            )
        }
        try LedgerLimits.check(
            "An event of type '\(type)'", tags.count, atMost: LedgerLimits.tagsPerEvent, unit: "tags",
            advice: "Tag only what is queried."
        )
        if !metadata.isEmpty {
            try LedgerLimits.check(
                "The metadata of an event of type '\(type)'", metadata.encoded.bytes.count,
                atMost: LedgerLimits.metadataBytes, unit: "bytes", advice: "Move content into the event's data."
            )
        }
    }
}
