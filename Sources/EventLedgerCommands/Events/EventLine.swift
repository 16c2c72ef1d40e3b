package import EventLedger

/// One line of the input of `append`: an event, and the stream where the line names one.
///
/// The bytes of the data are taken as they are. What only a ledger can know (`position`, `revision`, `recordedAt`, `hash`) is
/// passed over, so that what `read` writes can be appended; any other unknown member is an error, because it may be a slip.
package struct EventLine {
    /// The stream, if the line names one.
    package let stream: StreamName?
    package let event: NewEvent

    /// Reads a line.
    ///
    /// - Throws: ``LedgerError`` that names the member, or what ``NewEvent/validate()`` throws.
    package init(_ json: [UInt8]) throws {
        var stream: StreamName?, type: EventType?, id: EventID?, data: JSONText?
        var tags: [EventTag] = []
        var schemaVersion = 1
        var occurredAt: Timestamp?
        var metadata = Metadata()
        var seen: Set<String> = []
        for (name, range) in try JSONMembers.find(in: json) {
            guard seen.insert(name).inserted else { throw Self.failure(name, "occurs twice.") }
            let value = try Self.located(name) { try JSONText(Array(json[range])) }
            if name != "data", value.bytes.elementsEqual("null".utf8) { continue }
            switch name {
            case "type": type = EventType(try Self.text(of: value, name))
            case "stream": stream = StreamName(try Self.text(of: value, name))
            case "id": id = EventID(try Self.text(of: value, name))
            case "data": data = value
            case "tags": tags = try Self.tags(of: value)
            case "schemaVersion":
                guard case .integer(let number) = try Self.located(name, { try value.value() }) else {
                    throw Self.failure(name, "is not a whole number.")
                }
                schemaVersion = Int(number)
            case "occurredAt":
                guard let time = Timestamp(try Self.text(of: value, name)) else {
                    throw Self.failure(name, "is not an RFC 3339 time.")
                }
                occurredAt = time
            case "metadata":
                guard case .object(let fields) = try Self.located(name, { try value.value() }) else {
                    throw Self.failure(name, "is not an object.")
                }
                metadata = Metadata(fields: fields)
            case "position", "revision", "recordedAt", "hash": break
            default:
                throw Self.failure(
                    name,
                    "is not known. An event has type, data, stream, id, tags, schemaVersion, occurredAt and metadata."
                )
            }
        }
        guard let type else { throw Self.failure("type", "is missing.") }
        guard let data else { throw Self.failure("data", "is missing.") }
        event = NewEvent(
            type: type, schemaVersion: schemaVersion, data: data, tags: tags, id: id ?? .timeOrdered(),
            occurredAt: occurredAt, metadata: metadata
        )
        self.stream = stream
        try stream?.validate()
        try event.validate()
    }

    private static func text(of value: JSONText, _ name: String) throws -> String {
        guard case .string(let text) = try located(name, { try value.value() }) else {
            throw failure(name, "is not a text.")
        }
        return text
    }

    private static func tags(of value: JSONText) throws -> [EventTag] {
        guard case .array(let elements) = try located("tags", { try value.value() }) else {
            throw failure("tags", "is not an array.")
        }
        return try elements.map { element in
            guard let tag = element.stringValue else { throw failure("tags", "holds something else than texts.") }
            return EventTag(tag)
        }
    }

    private static func located<Value>(_ name: String, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as LedgerError {
            throw failure(name, "is wrong: \(error.message)")
        }
    }

    private static func failure(_ name: String, _ what: String) -> LedgerError {
        LedgerError(.invalidValue, "'\(name)' \(what)", details: ["member": name])
    }
}
