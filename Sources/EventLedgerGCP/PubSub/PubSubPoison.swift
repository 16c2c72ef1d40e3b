import EventLedger

/// A message that no later delivery makes readable, as a dead letter.
///
/// Its source is an event at position 0 of the stream `pubsub-<subscription>`, its consumer `pubsub/<subscription>`, its type
/// `pubsub.message.unreadable`. The same message is one letter, however often it is delivered.
enum PubSubPoison {
    static let type = "pubsub.message.unreadable"
    /// What is kept of a message's data; larger ones would not fit into a letter.
    private static let keptBytes = 256 * 1024

    /// - Parameters:
    ///   - identity: What tells the message from others: its id, or the whole body where it has none.
    ///   - data: The content as it came.
    static func letter(
        subscription: String, identity: String, data: [UInt8], attributes: [String: String] = [:], error: any Error,
        at now: Timestamp
    ) -> DeadLetter {
        var base64: [UInt8] = []
        PubSubBase64.append(Array(data.prefix(keptBytes)), to: &base64)
        var payload: JSONObject = [
            "data": .string(String(decoding: base64, as: UTF8.self)), "bytes": .integer(Int64(data.count)),
        ]
        if data.count > keptBytes { payload["isCut"] = true }
        // At most 100 attributes of 1,280 bytes each.
        var headers = JSONObject()
        for (key, value) in attributes.prefix(PubSubLimits.attributes) {
            // By bytes: a character may have any number of them.
            headers[String(decoding: key.utf8.prefix(PubSubLimits.attributeKeyBytes), as: UTF8.self)] =
                .string(String(decoding: value.utf8.prefix(PubSubLimits.attributeValueBytes), as: UTF8.self))
        }
        let short = String(decoding: subscription.utf8.prefix(200), as: UTF8.self)
        return DeadLetter(
            id: DeadLetterID("pubsub:" + CanonicalDigest.hexadecimal(of: [subscription, identity])),
            source: .event(position: 0, stream: StreamName("pubsub-\(short)"), consumer: "pubsub/\(short)"),
            type: type, payload: JSONText(.object(payload)), headers: headers, failure: TaskFailure(error), attempts: 1,
            firstFailedAt: now, lastFailedAt: now, isRetryable: false
        )
    }
}
