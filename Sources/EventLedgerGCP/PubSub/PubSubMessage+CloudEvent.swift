public import EventLedger

extension PubSubMessage {
    /// A recorded event as a message: CloudEvents' binding for Pub/Sub in structured mode, the stream as ordering key.
    ///
    /// Structured mode, because the attributes of a message hold 1,024 bytes each, and an event's tags and metadata are up to 25 KiB.
    /// Beside `content-type` the attributes hold what a subscription's filter needs: `type`, `stream` and `category`. They have
    /// no `ce-` before them, because readers take a message with such attributes for one in binary mode. The format is
    /// specified in `Documentation/pubsub-format.md`.
    ///
    /// - Parameters:
    ///   - event: The event.
    ///   - source: A URI reference that names the ledger.
    /// - Throws: As ``CloudEvent/init(_:source:)``.
    public init(_ event: RecordedEvent, source: String = CloudEvent.defaultSource) throws {
        let attributes = [
            "content-type": Self.structuredContentType, "type": event.type.rawValue,
            "stream": event.stream.rawValue, "category": event.stream.category.rawValue,
        ]
        self.init(
            data: try CloudEvent(event, source: source).json,
            // Names are 256 bytes at the most, and an empty category is left out.
            attributes: attributes.filter { !$0.value.isEmpty },
            orderingKey: event.stream.rawValue
        )
    }

    /// The event that the message carries, in structured or in binary mode.
    ///
    /// - Throws: ``LedgerError`` with `invalidValue`, which says what is missing or wrong.
    public func cloudEvent() throws -> CloudEvent {
        let contentType = attribute("content-type")
        guard !(contentType?.lowercased().hasPrefix("application/cloudevents") ?? false) else {
            // `application/cloudevents+avro` and `application/cloudevents-batch+json` are other formats.
            guard let contentType, contentType.lowercased().hasPrefix("application/cloudevents+json") else {
                throw LedgerError(.invalidValue, "The message is a CloudEvent in another format than JSON.")
            }
            return try CloudEvent(json: data)
        }
        var fields: [UInt8] = [UInt8(ascii: "{")]
        var found = false
        for (key, value) in attributes.sorted(by: { $0.key < $1.key }) {
            let name = key.lowercased()
            guard name.hasPrefix("ce-"), !["ce-data", "ce-data_base64", "ce-datacontenttype"].contains(name) else {
                continue
            }
            if found { fields.append(UInt8(ascii: ",")) }
            found = true
            fields.append(contentsOf: JSONValue.string(String(name.dropFirst(3))).canonicalBytes)
            fields.append(UInt8(ascii: ":"))
            fields.append(contentsOf: JSONValue.string(value).canonicalBytes)
        }
        guard found else {
            throw LedgerError(
                .invalidValue, "The message is no CloudEvent: it has no content-type and no 'ce-' attributes."
            )
        }
        if let type = contentType ?? attribute("ce-datacontenttype") {
            fields.append(contentsOf: #","datacontenttype":"#.utf8)
            fields.append(contentsOf: JSONValue.string(type).canonicalBytes)
        }
        if !data.isEmpty {
            fields.append(contentsOf: #","data":"#.utf8)
            // Checked first: it must not end its member and begin others.
            fields.append(contentsOf: try JSONText(data).bytes)
        }
        fields.append(UInt8(ascii: "}"))
        return try CloudEvent(json: fields)
    }

    /// The recorded event that the message carries.
    ///
    /// - Throws: ``LedgerError`` with `invalidValue`: it is no CloudEvent, or one that does not come from a ledger.
    public func recordedEvent() throws -> RecordedEvent { try cloudEvent().recordedEvent() }

    static let structuredContentType = "application/cloudevents+json; charset=utf-8"

    private func attribute(_ name: String) -> String? {
        attributes[name] ?? attributes.first { $0.key.lowercased() == name }?.value
    }
}
