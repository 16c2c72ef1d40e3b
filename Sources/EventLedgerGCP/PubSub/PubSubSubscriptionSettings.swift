import EventLedger

/// What a subscription is created with.
public struct PubSubSubscriptionSettings: Hashable, Sendable {
    /// Where Pub/Sub delivers by itself.
    public enum Delivery: Hashable, Sendable {
        /// Nowhere: messages are pulled.
        case pull
        /// To an HTTPS endpoint.
        case push(endpoint: String, authentication: PushAuthentication, isUnwrapped: Bool = false)
        /// Into a BigQuery table `project.dataset.table`, which needs the topic's or the table's columns.
        case bigQuery(table: String, usesTableSchema: Bool, writesMetadata: Bool, dropsUnknownFields: Bool)
    }

    /// When a subscription disappears that nobody uses: no pull, no acknowledgment, no push that succeeds.
    public enum Expiration: Hashable, Sendable {
        /// Never.
        case never
        /// After so long without use, in seconds and a day at least. What is published from then on is lost to it, and who makes
        /// it again is not told. For subscriptions that are only a signal, such as one to wake a process by.
        case afterIdle(Duration)
    }

    /// Where Pub/Sub forwards messages that were not acknowledged often enough. It then counts deliveries, as well as it can:
    /// ``PubSubDelivery/attempt``.
    ///
    /// Pub/Sub's service agent `service-PROJECT_NUMBER@gcp-sa-pubsub.iam.gserviceaccount.com`, with the number of the subscription's
    /// project, does the forwarding. It needs `roles/pubsub.publisher` on the topic and `roles/pubsub.subscriber` on the
    /// subscription; without them nothing is forwarded, and the message comes again and again. The topic has to be there
    /// before the subscription, and needs a subscription of its own, or it loses what it is given. A message that is forwarded
    /// lets the later ones with its ordering key go on.
    ///
    /// Source: https://cloud.google.com/pubsub/docs/dead-letter-topics
    public struct DeadLetterPolicy: Hashable, Sendable {
        /// Where to; another topic than that of the subscription.
        public var topic: PubSubTopicName
        /// After how many deliveries, about: 5 to 100.
        public var maximumDeliveries: Int

        /// Makes a policy.
        ///
        /// - Parameters:
        ///   - topic: Where to; another topic than that of the subscription.
        ///   - maximumDeliveries: After how many deliveries, about: 5 to 100.
        public init(topic: PubSubTopicName, maximumDeliveries: Int) {
            self.topic = topic
            self.maximumDeliveries = maximumDeliveries
        }
    }

    /// Whether messages with the same ordering key are delivered in order. Events need it.
    public var keepsOrder: Bool
    /// How long a delivery may be unacknowledged, 10 to 600 seconds; a part of a second counts as one.
    public var acknowledgmentDeadline: Duration
    /// Which messages, in Pub/Sub's filter language, such as `attributes.category = "user"`; all unless given.
    public var filter: String?
    /// The shortest and the longest wait before a failed delivery is repeated, 0 to 600 seconds, a part of a second counting as
    /// one; at once where it is `nil`.
    public var backoff: ClosedRange<Duration>?
    /// When it disappears; never unless given, other than Pub/Sub's own choice, which is 31 days.
    public var expiration: Expiration
    /// Where messages end that are delivered in vain; they come again and again unless given.
    public var deadLetters: DeadLetterPolicy?
    /// Where messages go.
    public var delivery: Delivery

    /// Makes settings.
    ///
    /// - Parameters:
    ///   - keepsOrder: Whether messages with the same ordering key are delivered in order; it cannot be changed later.
    ///   - acknowledgmentDeadline: How long a delivery may be unacknowledged, 10 to 600 seconds; a minute unless given.
    ///   - filter: Which messages; it cannot be changed later.
    ///   - backoff: The shortest and the longest wait before a failed delivery is repeated, 0 to 600 seconds; 1 to 600 unless
    ///     given. With `nil` it is repeated at once.
    ///   - expiration: When the subscription disappears where nobody uses it; never unless given.
    ///   - deadLetters: Where messages end that are delivered in vain; they come again and again unless given.
    ///   - delivery: Where messages go.
    public init(
        keepsOrder: Bool = true, acknowledgmentDeadline: Duration = .seconds(60), filter: String? = nil,
        backoff: ClosedRange<Duration>? = Duration.seconds(1)...Duration.seconds(600),
        expiration: Expiration = .never, deadLetters: DeadLetterPolicy? = nil, delivery: Delivery = .pull
    ) {
        self.keepsOrder = keepsOrder
        self.acknowledgmentDeadline = acknowledgmentDeadline
        self.filter = filter
        self.backoff = backoff
        self.expiration = expiration
        self.deadLetters = deadLetters
        self.delivery = delivery
    }

    /// Checks the ranges.
    ///
    /// - Parameter topic: The subscription's topic.
    /// - Throws: ``LedgerError`` with `invalidValue`, which names the setting.
    public func validate(topic: PubSubTopicName) throws {
        func require(_ isMet: Bool, _ what: String) throws {
            guard isMet else { throw LedgerError(.invalidValue, "\(what) Correct the subscription's settings.") }
        }
        try require(
            acknowledgmentDeadline >= .seconds(10) && acknowledgmentDeadline <= .seconds(600),
            "The acknowledgment deadline is \(acknowledgmentDeadline); Pub/Sub takes 10 to 600 seconds."
        )
        if let backoff {
            try require(
                backoff.lowerBound >= .zero && backoff.upperBound <= .seconds(600),
                "Failed deliveries are repeated after \(backoff.lowerBound) to \(backoff.upperBound); Pub/Sub takes 0 to 600 "
                    + "seconds."
            )
        }
        if case .afterIdle(let time) = expiration {
            try require(
                time >= .seconds(86_400), "The subscription expires after \(time); Pub/Sub takes a day or more."
            )
        }
        if let deadLetters {
            try require(
                (5...100).contains(deadLetters.maximumDeliveries),
                "Messages are forwarded after \(deadLetters.maximumDeliveries) deliveries; Pub/Sub takes 5 to 100."
            )
            try require(deadLetters.topic != topic, "Messages are forwarded to the topic that they come from.")
        }
        if case .push(_, let authentication, _) = delivery { try authentication.validate() }
    }

    func json(topic: PubSubTopicName) -> JSONObject {
        var fields: JSONObject = [
            "topic": .string(topic.description), "enableMessageOrdering": .bool(keepsOrder),
            "ackDeadlineSeconds": .integer(acknowledgmentDeadline.wholeSeconds),
        ]
        fields["filter"] = filter.map(JSONValue.string)
        fields["retryPolicy"] = backoff.map {
            [
                "minimumBackoff": .string("\($0.lowerBound.wholeSeconds)s"),
                "maximumBackoff": .string("\($0.upperBound.wholeSeconds)s"),
            ]
        }
        switch expiration {
        // A policy without a time is one that never ends; no policy is one of 31 days.
        case .never: fields["expirationPolicy"] = .object([:])
        case .afterIdle(let time): fields["expirationPolicy"] = ["ttl": .string("\(time.wholeSeconds)s")]
        }
        fields["deadLetterPolicy"] = deadLetters.map {
            [
                "deadLetterTopic": .string($0.topic.description),
                "maxDeliveryAttempts": .integer(Int64($0.maximumDeliveries)),
            ]
        }
        switch delivery {
        case .pull: break
        case .push(let endpoint, let authentication, let isUnwrapped):
            var push: JSONObject = ["pushEndpoint": .string(endpoint)]
            push["oidcToken"] = authentication.token(for: endpoint)
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
