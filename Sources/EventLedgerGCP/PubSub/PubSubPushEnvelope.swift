import EventLedger

/// What a push request of Pub/Sub carries.
enum PubSubPushEnvelope {
    /// Reads a delivery.
    ///
    /// - Throws: ``LedgerError`` with `invalidValue`, which names what is missing or wrong, not its content.
    static func delivery(in request: PushRequest, isUnwrapped: Bool) throws -> PubSubDelivery {
        isUnwrapped ? try unwrapped(request) : try wrapped(request)
    }

    /// What Pub/Sub calls the message, where that can be read although the rest cannot.
    static func messageID(in request: PushRequest, isUnwrapped: Bool) throws -> String? {
        if isUnwrapped { return request.headers["x-goog-pubsub-message-id"] }
        guard request.body.count <= PushLimits.bodyBytes else { return nil }
        let message = try JSONText(request.body).value().objectValue?["message"]?.objectValue
        return (message?["messageId"] ?? message?["message_id"])?.stringValue
    }

    private static func wrapped(_ request: PushRequest) throws -> PubSubDelivery {
        let body: JSONValue
        do {
            body = try JSONText(request.body).value()
        } catch {
            throw LedgerError(.invalidValue, "The body of the push is not JSON.")
        }
        guard let envelope = body.objectValue else {
            throw LedgerError(.invalidValue, "The body of the push is not a JSON object.")
        }
        guard let message = envelope["message"]?.objectValue else {
            throw LedgerError(.invalidValue, "The push has no 'message'.")
        }
        return PubSubDelivery(
            message: try PubSubMessage(json: message),
            // Google sends some fields under both names.
            messageID: (message["messageId"] ?? message["message_id"])?.stringValue ?? "",
            attempt: envelope["deliveryAttempt"]?.integerValue.flatMap { Int(exactly: $0) }
        )
    }

    /// The data are the body; with written metadata the attributes are headers, and the rest is in `x-goog-pubsub-…`.
    private static func unwrapped(_ request: PushRequest) throws -> PubSubDelivery {
        var attributes: [String: String] = [:]
        for field in request.headers.fields {
            let name = field.name.lowercased()
            // What is not an event's attribute are headers of HTTP.
            if name.hasPrefix("ce-") || name == "content-type" { attributes[name] = field.value }
        }
        if !attributes.keys.contains(where: { $0.hasPrefix("ce-") }) {
            // Without written metadata nothing says what the body is; what a relay publishes is structured.
            attributes["content-type"] = PubSubMessage.structuredContentType
        }
        return PubSubDelivery(
            message: PubSubMessage(
                data: request.body, attributes: attributes,
                orderingKey: request.headers["x-goog-pubsub-ordering-key"] ?? ""
            ),
            messageID: request.headers["x-goog-pubsub-message-id"] ?? "",
            attempt: request.headers["x-goog-pubsub-delivery-attempt"].flatMap { Int($0) }
        )
    }
}
