public import EventLedger

extension PubSubClient {
    /// Creates a topic.
    ///
    /// - Returns: Whether it was not there before.
    @discardableResult
    public func create(_ topic: PubSubTopicName) async throws -> Bool {
        try await create(try topic.path(), [:], about: "the topic '\(topic)'")
    }

    /// Creates a subscription.
    ///
    /// One that is there already is left as it is, also where its settings are others: one that was made to expire, or without
    /// a dead-letter topic, stays so. ``description(of:)-(PubSubSubscriptionName)`` tells what it has; `gcloud pubsub subscriptions
    /// update` changes all but its topic, its filter and the order.
    ///
    /// - Returns: Whether it was not there before.
    /// - Throws: ``LedgerError``: what ``PubSubSubscriptionSettings/validate(topic:)`` throws, and `notFound` where its topic or the
    ///   topic of its dead letters is not there, among others.
    @discardableResult
    public func create(
        _ subscription: PubSubSubscriptionName, of topic: PubSubTopicName,
        _ settings: PubSubSubscriptionSettings = PubSubSubscriptionSettings()
    ) async throws -> Bool {
        try settings.validate(topic: topic)
        return try await create(
            try subscription.path(), settings.json(topic: topic),
            about: "the subscription '\(subscription)' or its topic '\(topic)'"
        )
    }

    private func create(_ path: String, _ body: JSONObject, about resource: String) async throws -> Bool {
        do {
            _ = try await call(.put, path, body.canonicalBytes, about: resource)
            return true
        } catch LedgerError.Code.conflict {
            return false
        }
    }

    /// The topic as Pub/Sub describes it.
    ///
    /// - Throws: ``LedgerError`` with `notFound` among others.
    public func description(of topic: PubSubTopicName) async throws -> JSONObject {
        try await call(.get, try topic.path(), about: "the topic '\(topic)'")
    }

    /// The subscription as Pub/Sub describes it.
    ///
    /// - Throws: ``LedgerError`` with `notFound` among others.
    public func description(of subscription: PubSubSubscriptionName) async throws -> JSONObject {
        try await call(.get, try subscription.path(), about: "the subscription '\(subscription)'")
    }

    /// Deletes a topic; its subscriptions stay, and get nothing any more. One that is not there is no error.
    public func delete(_ topic: PubSubTopicName) async throws {
        try await delete(try topic.path(), about: "the topic '\(topic)'")
    }

    /// Deletes a subscription with the messages that it holds. One that is not there is no error.
    public func delete(_ subscription: PubSubSubscriptionName) async throws {
        try await delete(try subscription.path(), about: "the subscription '\(subscription)'")
    }

    private func delete(_ path: String, about resource: String) async throws {
        do {
            _ = try await call(.delete, path, about: resource)
        } catch LedgerError.Code.notFound {
            // Gone is what was asked for.
        }
    }
}
