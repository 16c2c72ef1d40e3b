/// What is known about how an event came to be. It does not take part in deciding whether two events are the same.
public struct Metadata: Hashable, Sendable {
    /// Joins what belongs to one undertaking, such as all events of one run.
    public var correlationID: String?
    /// The id of the event or the name of the task that caused this one.
    public var causationID: String?
    /// Who did it: a user, a service, an agent.
    public var actor: String?
    /// W3C trace context: `traceparent`.
    public var traceparent: String?
    /// W3C trace context: `tracestate`.
    public var tracestate: String?
    /// Where the data came from: sources, tools, models.
    public var provenance: [String]
    /// Free keys.
    public var extra: JSONObject

    /// Makes metadata; everything is optional.
    public init(
        correlationID: String? = nil, causationID: String? = nil, actor: String? = nil,
        traceparent: String? = nil, tracestate: String? = nil, provenance: [String] = [], extra: JSONObject = [:]
    ) {
        self.correlationID = correlationID
        self.causationID = causationID
        self.actor = actor
        self.traceparent = traceparent
        self.tracestate = tracestate
        self.provenance = provenance
        self.extra = extra
    }

    /// Whether nothing is set.
    public var isEmpty: Bool {
        correlationID == nil && causationID == nil && actor == nil && traceparent == nil && tracestate == nil
            && provenance.isEmpty && extra.isEmpty
    }

    /// These metadata, with what is missing taken from others.
    public func filled(from other: Metadata) -> Metadata {
        var result = self
        result.correlationID = correlationID ?? other.correlationID
        result.causationID = causationID ?? other.causationID
        result.actor = actor ?? other.actor
        if traceparent == nil {
            result.traceparent = other.traceparent
            result.tracestate = other.tracestate
        }
        if provenance.isEmpty { result.provenance = other.provenance }
        for field in other.extra.fields where extra[field.key] == nil { result.extra[field.key] = field.value }
        return result
    }
}

extension Metadata {
    private static let keys = ["correlationId", "causationId", "actor", "traceparent", "tracestate", "provenance"]

    /// The metadata as a JSON object; free keys stand under `extra`.
    public var fields: JSONObject {
        var object = JSONObject()
        let texts = [correlationID, causationID, actor, traceparent, tracestate]
        for (key, text) in zip(Self.keys, texts) {
            if let text { object[key] = .string(text) }
        }
        if !provenance.isEmpty { object["provenance"] = .array(provenance.map(JSONValue.string)) }
        if !extra.isEmpty { object["extra"] = .object(extra) }
        return object
    }

    /// Reads metadata from a JSON object; unknown keys are taken as free keys.
    public init(fields: JSONObject) {
        self.init()
        for field in fields.fields {
            switch (field.key, field.value) {
            case ("correlationId", .string(let text)): correlationID = text
            case ("causationId", .string(let text)): causationID = text
            case ("actor", .string(let text)): actor = text
            case ("traceparent", .string(let text)): traceparent = text
            case ("tracestate", .string(let text)): tracestate = text
            case ("provenance", .array(let flags)): provenance = flags.compactMap(\.stringValue)
            case ("extra", .object(let object)):
                for free in object.fields { extra[free.key] = free.value }
            default: extra[field.key] = field.value
            }
        }
    }

    /// The canonical JSON that is stored and hashed.
    package var encoded: JSONText { isEmpty ? .emptyObject : JSONText(.object(fields)) }
}
