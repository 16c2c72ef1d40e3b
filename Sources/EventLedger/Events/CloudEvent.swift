/// An event as it looks outside the process: a CloudEvents 1.0 event with JSON data.
///
/// `id`, `type` and `time` are the event's id, type and time of occurrence, `subject` is its stream. What the ledger adds
/// stands in extension attributes, all of them texts: `position`, `revision`, `schemaversion`, `recordedat`, `hash`, and
/// `tags` and `metadata` as JSON. The data are embedded byte for byte.
///
/// Attributes are texts without control characters by the specification. A ledger's names may hold the control characters
/// U+0080 to U+009F; they are passed on as they are.
public struct CloudEvent: Sendable {
    /// The `source` where none is given.
    public static let defaultSource = "/eventledger"

    /// The event's identity; by the specification unique within its source.
    public let id: EventID
    /// Where the event comes from: a URI reference.
    public let source: String
    /// The kind of event.
    public let type: EventType
    /// All context attributes by name, as texts.
    public let attributes: [String: String]
    /// The data; `nil` where the event has none.
    public let data: JSONText?

    /// Takes attributes that hold the required ones.
    init(id: String, source: String, type: String, attributes: [String: String], data: JSONText?) {
        self.id = EventID(id)
        self.source = source
        self.type = EventType(type)
        self.attributes = attributes
        self.data = data
    }

    /// Makes the CloudEvents form of a recorded event.
    ///
    /// - Parameters:
    ///   - event: The event.
    ///   - source: A URI reference that names the ledger; not empty.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/corrupt`` where the stored data are not compact, valid JSON, or
    ///   ``LedgerError/Code/invalidValue`` for an empty source, and for an event whose data a ``DecryptingReader``
    ///   decrypted or found erased: it would carry them under the hash of the encrypted ones.
    public init(_ event: RecordedEvent, source: String = CloudEvent.defaultSource) throws {
        guard !source.isEmpty else { throw Self.failure("source", "is empty. Give it a URI reference.") }
        guard !event.hasReplacedData else {
            throw LedgerError(
                .invalidValue,
                "The event at position \(event.position) was decrypted, and would carry its data under the hash of the "
                    + "encrypted ones. Read it from the ledger itself, not through a DecryptingReader.",
                details: ["position": "\(event.position)"]
            )
        }
        guard (try? JSONText(event.data.bytes)) == event.data else {
            throw LedgerError(
                .corrupt,
                "The data of the event at position \(event.position) are not compact, valid JSON. Verify the ledger.",
                details: ["position": "\(event.position)"]
            )
        }
        var attributes = [
            Name.specVersion: "1.0", Name.id: event.id.rawValue, Name.source: source, Name.type: event.type.rawValue,
            Name.subject: event.stream.rawValue, Name.time: event.occurredAt.description,
            Name.dataContentType: "application/json", Name.position: "\(event.position)",
            Name.revision: "\(event.revision)", Name.schemaVersion: "\(event.schemaVersion)",
            Name.recordedAt: event.recordedAt.description, Name.hash: event.hash.description,
        ]
        if !event.tags.isEmpty {
            attributes[Name.tags] = JSONValue.array(event.tags.map { .string($0.rawValue) }).description
        }
        if event.encodedMetadata != .emptyObject { attributes[Name.metadata] = event.encodedMetadata.text }
        self.init(
            id: event.id.rawValue, source: source, type: event.type.rawValue, attributes: attributes, data: event.data
        )
    }

    enum Name {
        static let specVersion = "specversion", id = "id", source = "source", type = "type", subject = "subject"
        static let time = "time", dataContentType = "datacontenttype", data = "data", dataBase64 = "data_base64"
        static let position = "position", revision = "revision", schemaVersion = "schemaversion"
        static let recordedAt = "recordedat", hash = "hash", tags = "tags", metadata = "metadata"
        static let traceparent = "traceparent", tracestate = "tracestate"

        /// The order in which they are written; others follow by name.
        static let ordered = [
            specVersion, id, source, type, subject, time, dataContentType, position, revision, schemaVersion,
            recordedAt,
            hash, tags, metadata,
        ]
    }

    static func failure(_ attribute: String, _ what: String) -> LedgerError {
        LedgerError(
            .invalidValue, "The CloudEvents attribute '\(attribute)' \(what)", details: ["attribute": attribute]
        )
    }
}

extension CloudEvent {
    /// Whether it carries a ledger's position and hash, so that ``recordedEvent()`` can give the event back.
    public var isRecorded: Bool { attributes[Name.position] != nil && attributes[Name.hash] != nil }

    /// The recorded event, byte for byte. Its hash is not checked here; ``ImportCheck`` does that.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/invalidValue`` that names the attribute that is missing or wrong.
    public func recordedEvent() throws -> RecordedEvent {
        guard let data else { throw Self.failure(Name.data, "is missing.") }
        guard let hash = EventHash(try required(Name.hash)) else {
            throw Self.failure(Name.hash, "is not 64 hexadecimal digits.")
        }
        return RecordedEvent(
            position: Position(try number(Name.position)), stream: StreamName(try required(Name.subject)),
            revision: Revision(try number(Name.revision)), id: id, type: type, schemaVersion: try schemaVersion(),
            data: data, tags: try tags(), occurredAt: try timestamp(Name.time, try required(Name.time)),
            recordedAt: try timestamp(Name.recordedAt, try required(Name.recordedAt)),
            encodedMetadata: try encodedMetadata() ?? .emptyObject, hash: hash
        )
    }

    /// The event as one that can be appended, also where it comes from elsewhere: without `schemaversion` it has version
    /// 1, without data `null`. Without `metadata`, its source becomes its provenance, its subject a free key, and its trace
    /// context is kept.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/invalidValue`` that names the attribute that is wrong.
    public func newEvent() throws -> NewEvent {
        let hasVersion = attributes[Name.schemaVersion] != nil
        return try NewEvent(
            type: type, schemaVersion: hasVersion ? schemaVersion() : 1, data: data ?? JSONText(.null), tags: tags(),
            id: id, occurredAt: attributes[Name.time].map { try timestamp(Name.time, $0) }, metadata: metadata()
        )
    }

    private func metadata() throws -> Metadata {
        guard let encoded = try encodedMetadata() else {
            var extra = JSONObject()
            extra[Name.subject] = attributes[Name.subject].map(JSONValue.string)
            return Metadata(
                traceparent: attributes[Name.traceparent], tracestate: attributes[Name.tracestate],
                provenance: [source],
                extra: extra
            )
        }
        guard case .object(let fields)? = try? encoded.value() else {
            throw Self.failure(Name.metadata, "is not the text of a JSON object.")
        }
        return Metadata(fields: fields)
    }

    private func encodedMetadata() throws -> JSONText? {
        guard let text = attributes[Name.metadata] else { return nil }
        guard let json = try? JSONText(text), json.bytes.first == UInt8(ascii: "{") else {
            throw Self.failure(Name.metadata, "is not the text of a JSON object.")
        }
        return json
    }

    private func tags() throws -> [EventTag] {
        guard let text = attributes[Name.tags] else { return [] }
        guard case .array(let elements)? = try? JSONText(text).value() else {
            throw Self.failure(Name.tags, "is not the text of a JSON array.")
        }
        return try elements.map { element in
            guard case .string(let tag) = element else {
                throw Self.failure(Name.tags, "holds something else than texts.")
            }
            return EventTag(tag)
        }
    }

    private func schemaVersion() throws -> Int {
        guard let version = Int(exactly: try number(Name.schemaVersion)) else {
            throw Self.failure(Name.schemaVersion, "is too large a number.")
        }
        return version
    }

    private func number(_ name: String) throws -> Int64 {
        guard let number = Int64(try required(name)), number >= 1 else {
            throw Self.failure(name, "is not a whole number from 1.")
        }
        return number
    }

    private func timestamp(_ name: String, _ text: String) throws -> Timestamp {
        guard let time = Timestamp(text) else { throw Self.failure(name, "is not an RFC 3339 time.") }
        return time
    }

    private func required(_ name: String) throws -> String {
        guard let text = attributes[name] else { throw Self.failure(name, "is missing.") }
        return text
    }
}
