import EventLedger

/// Pub/Sub's REST interface, as far as it is needed here.
///
/// Every call throws ``LedgerError``: `notFound`, `conflict` and `forbidden` name the topic or the subscription, `unavailable`
/// and `timeout` may be repeated, `invalidValue` is what Pub/Sub will not take.
public struct PubSubClient: Sendable {
    private let service: GoogleService

    /// Makes a client.
    public init(on cloud: GoogleCloud) { service = cloud.service(.pubsub) }

    /// Publishes messages; those with the same ordering key in the order given.
    ///
    /// The request is repeated where it is not known whether it arrived. Messages may then be published twice, which
    /// is no more than Pub/Sub itself does, and which consumers of events cannot see: they drop by revision.
    ///
    /// - Parameter messages: At most 1,000, and 10 MB together.
    /// - Returns: The messages' ids, in the same order.
    public func publish(_ messages: [PubSubMessage], to topic: PubSubTopicName) async throws -> [String] {
        guard !messages.isEmpty else { return [] }
        try LedgerLimits.check(
            "A publish request", messages.count, atMost: PubSubLimits.messagesPerRequest, unit: "messages",
            advice: "Split it."
        )
        var body: [UInt8] = Array(#"{"messages":["#.utf8)
        body.reserveCapacity(messages.reduce(32) { $0 + $1.estimatedSize })
        for (index, message) in messages.enumerated() {
            try message.validate()
            if index > 0 { body.append(UInt8(ascii: ",")) }
            message.appendJSON(to: &body)
        }
        body.append(contentsOf: "]}".utf8)
        let answer = try await call(
            .post, try topic.path() + ":publish", body, about: "the topic '\(topic)'", .idempotent
        )
        return answer["messageIds"]?.arrayValue?.compactMap(\.stringValue) ?? []
    }

    /// Waits for messages, at the most as long as the server lets a request wait or the timeout allows.
    ///
    /// Pub/Sub lets it wait for about 90 seconds. It may go on sending to a pull that was given up before, by the timeout or by
    /// cancelling the task: such messages are delivered again when their deadline is over.
    ///
    /// - Parameters:
    ///   - maximum: How many at the most, 1 to 1,000.
    ///   - timeout: How long to wait; longer than the server lets it wait unless given.
    /// - Returns: What there was; empty where nothing came in time.
    public func pull(
        _ subscription: PubSubSubscriptionName, maximum: Int = 100, timeout: Duration = .seconds(120)
    ) async throws -> [PubSubDelivery] {
        var body = JSONObject()
        body["maxMessages"] = .integer(Int64(maximum))
        let answer: JSONObject
        do {
            answer = try await call(
                .post, try subscription.path() + ":pull", body.canonicalBytes,
                about: "the subscription '\(subscription)'", .once, timeout: timeout
            )
        } catch LedgerError.Code.timeout {
            return []
        }
        return try (answer["receivedMessages"]?.arrayValue ?? []).map { received in
            guard let received = received.objectValue, let id = received["ackId"]?.stringValue,
                let message = received["message"]?.objectValue
            else {
                throw LedgerError(.unavailable, "Pub/Sub delivered something else than messages for '\(subscription)'.")
            }
            let content = try PubSubMessage(json: message)
            return PubSubDelivery(
                message: content, messageID: message["messageId"]?.stringValue ?? "",
                attempt: received["deliveryAttempt"]?.integerValue.map { Int($0) }, acknowledgment: id
            )
        }
    }

    /// Ends deliveries. Acknowledging twice, or too late, is no error.
    ///
    /// - Parameter timeout: For each request; there is one for each 1,000 deliveries.
    public func acknowledge(
        _ deliveries: [PubSubDelivery], of subscription: PubSubSubscriptionName, timeout: Duration = .seconds(60)
    ) async throws {
        try await send(deliveries, to: subscription, ":acknowledge", [:], timeout)
    }

    /// Gives the handlers of deliveries more time, or has them delivered again.
    ///
    /// - Parameters:
    ///   - deadline: How long from now, 0 to 600 seconds, a part of a second counting as one; with 0 they are delivered again
    ///     as soon as the subscription's own waits allow.
    ///   - timeout: For each request; there is one for each 1,000 deliveries.
    /// - Throws: ``LedgerError`` with `invalidValue` for another deadline, among others.
    public func modifyAcknowledgmentDeadline(
        _ deliveries: [PubSubDelivery], to deadline: Duration, of subscription: PubSubSubscriptionName,
        timeout: Duration = .seconds(60)
    ) async throws {
        guard deadline >= .zero, deadline <= .seconds(600) else {
            throw LedgerError(
                .invalidValue, "A deadline is to be moved to \(deadline) from now; Pub/Sub takes 0 to 600 seconds."
            )
        }
        let fields: JSONObject = ["ackDeadlineSeconds": .integer(deadline.wholeSeconds)]
        try await send(deliveries, to: subscription, ":modifyAckDeadline", fields, timeout)
    }

    private func send(
        _ deliveries: [PubSubDelivery], to subscription: PubSubSubscriptionName, _ method: String, _ fields: JSONObject,
        _ timeout: Duration
    ) async throws {
        var rest = deliveries[...]
        while !rest.isEmpty {
            let part = rest.prefix(PubSubLimits.acknowledgmentsPerRequest)
            rest = rest.dropFirst(part.count)
            var body = fields
            body["ackIds"] = .array(part.map { .string($0.acknowledgment) })
            _ = try await call(
                .post, try subscription.path() + method, body.canonicalBytes,
                about: "the subscription '\(subscription)'", .idempotent, timeout: timeout
            )
        }
    }

    func call(
        _ method: HTTPRequest.Method, _ path: String, _ body: [UInt8] = [], about resource: String,
        _ repeatability: HTTPRequest.Repeatability? = nil, timeout: Duration = .seconds(60)
    ) async throws -> JSONObject {
        let answer: [UInt8]
        do {
            answer = try await service.call(
                method, path, body: body, resource: resource, repeatability: repeatability, timeout: timeout
            )
        } catch let error as GoogleAPIError {
            throw Self.refusal(error, of: resource)
        }
        guard !answer.isEmpty else { return [:] }
        guard let object = (try? JSONText(answer).value())?.objectValue else {
            throw LedgerError(.unavailable, "Pub/Sub's answer about \(resource) is no JSON object. Try again later.")
        }
        return object
    }

    private static func refusal(_ error: GoogleAPIError, of resource: String) -> LedgerError {
        let details = ["service": error.service.rawValue, "status": "\(error.status)", "reason": error.reason]
        return switch error.status {
        case 404:
            LedgerError(
                .notFound, "There is no \(resource.dropFirst(4)), or it is not shown. Create it, or correct the name.",
                details: details, underlying: error
            )
        case 409:
            LedgerError(.conflict, "There is already \(resource).", details: details, underlying: error)
        default:
            LedgerError(
                .invalidValue, "Pub/Sub refused a request about \(resource): \(error.status) \(error.reason).",
                details: details, underlying: error
            )
        }
    }
}
