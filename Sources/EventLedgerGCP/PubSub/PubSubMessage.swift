/// A message as it is published.
public struct PubSubMessage: Hashable, Sendable {
    /// The content.
    public var data: [UInt8]
    /// At most 100, keys of at most 256 bytes, values of at most 1,024.
    public var attributes: [String: String]
    /// Messages with the same key are delivered in the order in which they were published, to subscriptions that ask for it;
    /// empty for none. At most 1,024 bytes.
    public var orderingKey: String

    /// Makes a message.
    public init(data: [UInt8], attributes: [String: String] = [:], orderingKey: String = "") {
        self.data = data
        self.attributes = attributes
        self.orderingKey = orderingKey
    }

    /// Bytes that it takes in the JSON of a publish request, about.
    package var estimatedSize: Int {
        (data.count + 2) / 3 * 4 + orderingKey.utf8.count + 64
            + attributes.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count + 8 }
    }
}

/// A message as it is delivered.
public struct PubSubDelivery: Hashable, Sendable {
    /// The message.
    public let message: PubSubMessage
    /// What Pub/Sub calls the message; unique in its topic.
    public let messageID: String
    /// Which delivery it is, from 1, where the subscription has a dead-letter policy.
    public let attempt: Int?
    /// By what a pulled message is acknowledged; empty for a pushed one.
    let acknowledgment: String

    init(message: PubSubMessage, messageID: String, attempt: Int? = nil, acknowledgment: String = "") {
        self.message = message
        self.messageID = messageID
        self.attempt = attempt
        self.acknowledgment = acknowledgment
    }
}

/// The limits of Pub/Sub that matter here (https://cloud.google.com/pubsub/quotas).
package enum PubSubLimits {
    package static let messageBytes = 10_000_000
    package static let messagesPerRequest = 1000
    package static let attributes = 100
    package static let attributeKeyBytes = 256
    package static let attributeValueBytes = 1024
    package static let orderingKeyBytes = 1024
    /// Acknowledgments of one request; the limit is 512 KiB, and an id takes up to about 300 bytes.
    package static let acknowledgmentsPerRequest = 1000
}
