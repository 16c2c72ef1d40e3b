import EventLedger

/// What a subscription is created with.
public struct PubSubSubscriptionSettings: Hashable, Sendable {
    /// Where Pub/Sub delivers by itself.
    public enum Delivery: Hashable, Sendable {
        /// Nowhere: messages are pulled.
        case pull
        /// To an HTTPS endpoint, with a token of a service account where one is named.
        case push(endpoint: String, serviceAccount: String?, audience: String?, isUnwrapped: Bool)
        /// Into a BigQuery table `project.dataset.table`, which needs the topic's or the table's columns.
        case bigQuery(table: String, usesTableSchema: Bool, writesMetadata: Bool, dropsUnknownFields: Bool)
    }

    /// What becomes of messages that are delivered again and again.
    public struct DeadLetterPolicy: Hashable, Sendable {
        /// Where Pub/Sub moves them. Without a subscription the topic loses them. Pub/Sub's service agent needs
        /// `roles/pubsub.publisher` on it, and `roles/pubsub.subscriber` on the subscription that is created.
        public var topic: PubSubTopicName
        /// After how many deliveries, 5 to 100; Pub/Sub counts them as best it can.
        public var maximumDeliveries: Int

        /// Makes a policy.
        public init(topic: PubSubTopicName, maximumDeliveries: Int) {
            self.topic = topic
            self.maximumDeliveries = maximumDeliveries
        }
    }

    /// When a subscription that nobody uses disappears.
    public enum Expiration: Hashable, Sendable {
        /// After 31 days, as Pub/Sub chooses.
        case standard
        /// After some time, at least a day.
        case after(Duration)
        case never
    }

    /// Whether messages with the same ordering key are delivered in order. Events need it.
    public var keepsOrder: Bool
    /// How long a delivery may be unacknowledged, 10 to 600 seconds.
    public var acknowledgmentDeadlineSeconds: Int
    /// Which messages, in Pub/Sub's filter language, such as `attributes.category = "user"`; all unless given.
    public var filter: String?
    /// The waits before failed deliveries are repeated, 0 to 600 seconds; at once unless given.
    public var backoffSeconds: ClosedRange<Int>?
    /// What becomes of messages that are delivered again and again; that goes on for as long as Pub/Sub keeps them unless given.
    public var deadLetterPolicy: DeadLetterPolicy?
    /// When the subscription disappears where nobody uses it.
    public var expiration: Expiration
    /// Where messages go.
    public var delivery: Delivery

    /// Makes settings.
    ///
    /// - Parameters:
    ///   - keepsOrder: Whether messages with the same ordering key are delivered in order; it cannot be changed later.
    ///   - acknowledgmentDeadlineSeconds: How long a delivery may be unacknowledged, 10 to 600 seconds.
    ///   - filter: Which messages; it cannot be changed later.
    ///   - backoffSeconds: The waits before failed deliveries are repeated, 0 to 600 seconds.
    ///   - deadLetterPolicy: What becomes of messages that are delivered again and again.
    ///   - expiration: When the subscription disappears where nobody uses it.
    ///   - delivery: Where messages go.
    public init(
        keepsOrder: Bool = true, acknowledgmentDeadlineSeconds: Int = 10, filter: String? = nil,
        backoffSeconds: ClosedRange<Int>? = nil, deadLetterPolicy: DeadLetterPolicy? = nil,
        expiration: Expiration = .standard, delivery: Delivery = .pull
    ) {
        self.keepsOrder = keepsOrder
        self.acknowledgmentDeadlineSeconds = acknowledgmentDeadlineSeconds
        self.filter = filter
        self.backoffSeconds = backoffSeconds
        self.deadLetterPolicy = deadLetterPolicy
        self.expiration = expiration
        self.delivery = delivery
    }

    func json(topic: PubSubTopicName) -> JSONObject {
        var fields: JSONObject = [
            "topic": .string(topic.description), "enableMessageOrdering": .bool(keepsOrder),
            "ackDeadlineSeconds": .integer(Int64(acknowledgmentDeadlineSeconds)),
        ]
        fields["filter"] = filter.map(JSONValue.string)
        fields["retryPolicy"] = backoffSeconds.map {
            ["minimumBackoff": .string("\($0.lowerBound)s"), "maximumBackoff": .string("\($0.upperBound)s")]
        }
        fields["deadLetterPolicy"] = deadLetterPolicy.map {
            [
                "deadLetterTopic": .string($0.topic.description),
                "maxDeliveryAttempts": .integer(Int64($0.maximumDeliveries)),
            ]
        }
        switch expiration {
        case .standard: break
        case .after(let time): fields["expirationPolicy"] = ["ttl": .string("\(time.components.seconds)s")]
        // A policy without a time.
        case .never: fields["expirationPolicy"] = .object([:])
        }
        switch delivery {
        case .pull: break
        case .push(let endpoint, let account, let audience, let isUnwrapped):
            var push: JSONObject = ["pushEndpoint": .string(endpoint)]
            if let account {
                var token: JSONObject = ["serviceAccountEmail": .string(account)]
                token["audience"] = audience.map(JSONValue.string)
                push["oidcToken"] = .object(token)
            }
            if isUnwrapped { push["noWrapper"] = ["writeMetadata": true] }
            fields["pushConfig"] = .object(push)
        case .bigQuery(let table, let usesTableSchema, let writesMetadata, let dropsUnknownFields):
            fields["bigqueryConfig"] = [
                "table": .string(table), "useTableSchema": .bool(usesTableSchema),
                "writeMetadata": .bool(writesMetadata), "dropUnknownFields": .bool(dropsUnknownFields),
            ]
        }
        return fields
    }
}
