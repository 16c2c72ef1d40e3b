public import EventLedger
public import Logging
public import ServiceLifecycle

/// Publishes a ledger's events on a topic: the one fenced relay, with the stream as ordering key.
///
/// ```swift
/// let relay = PubSubRelay("events", from: ledger, to: PubSubTopicName("events", in: "my-project"), on: cloud,
///     keeping: ledger.documents)
/// try await relay.run()
/// ```
///
/// What ``EventRelay`` says holds: nothing is lost, first deliveries are in order within a stream, duplicates are possible,
/// and consumers drop them by revision. Subscriptions need `enableMessageOrdering`.
public struct PubSubRelay: Service {
    private let relay: EventRelay

    /// Makes a relay; nothing happens before it is started.
    ///
    /// - Parameters:
    ///   - name: Its name; relays of one name share a checkpoint, and one of them works.
    ///   - reader: Where events come from. Not a ``DecryptingReader``: what leaves the ledger stays encrypted.
    ///   - topic: Where they go.
    ///   - cloud: How Google's services are reached.
    ///   - checkpoints: Where the checkpoint stands, usually the ledger's documents.
    ///   - source: The events' CloudEvents source, a URI reference that names the ledger.
    ///   - selection: Which events.
    ///   - batching: How events are put together.
    ///   - configuration: How far it reads ahead, and when another one takes over.
    ///   - deadLetters: Takes events that cannot be published; the relay ends in front of one where there is none.
    ///   - progress: Is told after every stored checkpoint.
    ///   - clock: Where the time comes from.
    ///   - logger: Says what has to be tried again, and who took over.
    public init(
        _ name: RelayName, from reader: any EventReader, to topic: PubSubTopicName, on cloud: GoogleCloud,
        keeping checkpoints: any DocumentStore, source: String = CloudEvent.defaultSource,
        selection: EventSelection = .all, batching: EventBatching = PubSubTarget.batching,
        configuration: EventRelayConfiguration = EventRelayConfiguration(),
        deadLetters: (any DeadLetterSink)? = nil,
        progress: @escaping @Sendable (EventRelayReport) -> Void = { _ in },
        clock: any LedgerClock = SystemClock(), logger: Logger = Logger(label: "eventledger.relay")
    ) {
        relay = EventRelay(
            name, from: reader, to: PubSubTarget(topic, on: cloud, source: source, batching: batching),
            keeping: checkpoints, selection: selection, configuration: configuration, deadLetters: deadLetters,
            progress: progress, clock: clock, logger: logger
        )
    }

    /// As ``EventRelay/catchUp()``.
    @discardableResult
    public func catchUp() async throws -> EventRelayReport { try await relay.catchUp() }

    /// As ``EventRelay/run()``.
    public func run() async throws { try await relay.run() }
}
