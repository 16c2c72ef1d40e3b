public import EventLedger

/// Announces dead letters on a topic: where, what kind and why, never a payload.
///
/// The message is a JSON object with `id`, `kind` (`task` or `event`), `origin`, `type`, `errorType`, `errorMessage`, `attempts`,
/// `firstFailedAt`, `lastFailedAt` and, where they are known, `correlationID` and `traceparent`; of letters that were too many to
/// be told one by one, `more` and the `origin` of the last one. The attributes `kind` and `origin` are for filters.
public struct PubSubDeadLetterNotifier: DeadLetterNotifier {
    private let client: PubSubClient
    private let topic: PubSubTopicName

    /// Makes a notifier.
    public init(_ topic: PubSubTopicName, on cloud: GoogleCloud) {
        client = PubSubClient(on: cloud)
        self.topic = topic
    }

    public func notify(_ letter: DeadLetter) async throws {
        var fields: JSONObject = [
            "id": .string(letter.id.rawValue), "kind": .string(letter.isTask ? "task" : "event"),
            "origin": .string(letter.origin), "type": .string(letter.type), "errorType": .string(letter.errorType),
            "errorMessage": .string(letter.errorMessage), "attempts": .integer(Int64(letter.attempts)),
            "firstFailedAt": .string(letter.firstFailedAt.description),
            "lastFailedAt": .string(letter.lastFailedAt.description),
        ]
        fields["correlationID"] = letter.correlationID.map(JSONValue.string)
        fields["traceparent"] = letter.traceparent.map(JSONValue.string)
        try await publish(fields, kind: letter.isTask ? "task" : "event", origin: letter.origin)
    }

    public func notifyOfMore(_ count: Int, last: DeadLetter) async throws {
        try await publish(
            ["more": .integer(Int64(count)), "origin": .string(last.origin)], kind: "more", origin: last.origin
        )
    }

    private func publish(_ fields: JSONObject, kind: String, origin: String) async throws {
        let attributes = ["content-type": "application/json", "kind": kind, "origin": origin]
        let message = PubSubMessage(
            data: fields.canonicalBytes,
            attributes: attributes.filter { $0.value.utf8.count <= PubSubLimits.attributeValueBytes }
        )
        _ = try await client.publish([message], to: topic)
    }
}
