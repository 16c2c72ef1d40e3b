public import EventLedger

/// A topic as the target of a relay: events are published as CloudEvents, with the stream as ordering key.
///
/// ```swift
/// let relay = EventRelay(
///     "events", from: ledger, to: PubSubTarget(cloud.topic("events"), on: cloud),
///     keeping: ledger.documents)
/// try await relay.run()
/// ```
///
/// The ledger is not read through a ``DecryptingReader``: what leaves it stays encrypted. Subscriptions need
/// `enableMessageOrdering`, and consumers drop duplicates by revision.
public struct PubSubTarget: EventRelayTarget {
    /// The topic.
    public let topic: PubSubTopicName
    public let batching: EventBatching
    private let client: PubSubClient
    private let source: String

    /// The batches that a topic takes well: 1,000 messages and 4 MB, of Pub/Sub's 10 MB.
    public static let batching = EventBatching(maximumEvents: 1000, maximumBytes: 4_000_000, maximumInFlight: 8)

    /// Makes a target.
    ///
    /// - Parameters:
    ///   - topic: The topic. Publish to it through one region: order is kept within one only.
    ///   - cloud: How Google's services are reached.
    ///   - source: The events' CloudEvents source, a URI reference that names the ledger.
    ///   - batching: How events are put together; more than 1,000 or 9 MB in a batch are not published.
    public init(
        _ topic: PubSubTopicName, on cloud: GoogleCloud, source: String = CloudEvent.defaultSource,
        batching: EventBatching = PubSubTarget.batching
    ) {
        self.topic = topic
        self.source = source
        client = PubSubClient(on: cloud)
        var batching = batching
        batching.maximumEvents = min(batching.maximumEvents, PubSubLimits.messagesPerRequest)
        batching.maximumBytes = min(batching.maximumBytes, 9_000_000)
        self.batching = batching
    }

    public var resource: String { "The topic '\(topic)'" }

    public func size(of event: RecordedEvent) -> Int {
        // Texts in the event's JSON may be longer by their escaping: tags twice, since they are JSON in JSON.
        let names = event.stream.rawValue.utf8.count + event.id.rawValue.utf8.count + event.type.rawValue.utf8.count
        let tags = event.tags.reduce(0) { $0 + $1.rawValue.utf8.count * 4 + 8 }
        let json =
            640 + source.utf8.count * 2 + names * 2 + tags + event.encodedMetadata.bytes.count * 2
            + event.recordedData.bytes.count
        return json * 4 / 3 + names * 6 + 320
    }

    public func send(_ events: [RecordedEvent]) async throws -> [RefusedEvent] {
        var messages: [PubSubMessage] = []
        var refused: [RefusedEvent] = []
        messages.reserveCapacity(events.count)
        for event in events {
            do {
                messages.append(try PubSubMessage(event, source: source))
            } catch let error as LedgerError {
                // What is stored is no event that can be shown outside; no later attempt changes that.
                refused.append(RefusedEvent(event, reason: TaskFailure(error)))
            }
        }
        let ids = try await client.publish(messages, to: topic)
        guard ids.count == messages.count else {
            throw LedgerError(
                .unavailable, "Pub/Sub confirmed \(ids.count) of \(messages.count) messages for '\(topic)'. Try again."
            )
        }
        return refused
    }
}
