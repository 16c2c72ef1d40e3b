public import EventLedger
public import Logging
public import ServiceLifecycle

/// Pulls the messages of a subscription and hands them to a handler; each is acknowledged only when its handler has returned.
///
/// While a message waits or is handled its deadline is extended. No more is pulled than the configuration allows to be open.
/// Messages of one ordering key, that is events of one stream, are handled one after the other. A message whose handler throws is
/// delivered again after a wait, and so are those behind it in its stream.
///
/// Pub/Sub delivers at least once, and so does a relay: a handler sees some events twice. What is recorded by a
/// ``Reactor`` takes effect once; other handlers drop what they have seen with ``StreamRevisions``, or are idempotent.
public struct PubSubSubscriber: Service {
    let subscription: PubSubSubscriptionName
    let client: PubSubClient
    let configuration: PubSubSubscriberConfiguration
    /// How many messages the handler takes at once.
    let maximumBatch: Int
    let handler: @Sendable ([PubSubDelivery]) async throws -> Void
    let clock: any LedgerClock
    let logger: Logger

    /// Makes a subscriber for messages of any kind.
    ///
    /// - Parameters:
    ///   - subscription: What is pulled from.
    ///   - cloud: How Google's services are reached.
    ///   - configuration: How much is taken at once.
    ///   - clock: Where the time comes from.
    ///   - logger: Says what failed; never content.
    ///   - handler: When it returns the message is acknowledged; when it throws it is delivered again.
    public init(
        messagesOf subscription: PubSubSubscriptionName, on cloud: GoogleCloud,
        configuration: PubSubSubscriberConfiguration = PubSubSubscriberConfiguration(),
        clock: any LedgerClock = SystemClock(), logger: Logger = Logger(label: "eventledger.pubsub"),
        handler: @escaping @Sendable (PubSubDelivery) async throws -> Void
    ) {
        self.init(1, of: subscription, on: cloud, configuration, clock, logger) { deliveries in
            for delivery in deliveries { try await handler(delivery) }
        }
    }

    private init(
        _ maximumBatch: Int, of subscription: PubSubSubscriptionName, on cloud: GoogleCloud,
        _ configuration: PubSubSubscriberConfiguration, _ clock: any LedgerClock, _ logger: Logger,
        handler: @escaping @Sendable ([PubSubDelivery]) async throws -> Void
    ) {
        self.subscription = subscription
        client = PubSubClient(on: cloud)
        self.configuration = configuration
        self.maximumBatch = maximumBatch
        self.handler = handler
        self.clock = clock
        self.logger = logger
    }

    /// Makes a subscriber for a ledger's events.
    ///
    /// - Parameters:
    ///   - subscription: What is pulled from.
    ///   - cloud: How Google's services are reached.
    ///   - deadLetters: Takes messages that are no events, which are then acknowledged. Without it they are delivered again, until
    ///     the subscription's dead-letter policy ends that.
    ///   - configuration: How much is taken at once.
    ///   - clock: Where the time comes from.
    ///   - logger: Says what failed; never content.
    ///   - handler: When it returns the event is acknowledged; when it throws it is delivered again.
    public init(
        _ subscription: PubSubSubscriptionName, on cloud: GoogleCloud, deadLetters: (any DeadLetterSink)?,
        configuration: PubSubSubscriberConfiguration = PubSubSubscriberConfiguration(),
        clock: any LedgerClock = SystemClock(), logger: Logger = Logger(label: "eventledger.pubsub"),
        handler: @escaping @Sendable (RecordedEvent) async throws -> Void
    ) {
        self.init(
            messagesOf: subscription, on: cloud, configuration: configuration, clock: clock, logger: logger
        ) { delivery in
            guard let event = try await Self.event(of: delivery, subscription, deadLetters, clock) else { return }
            try await handler(event)
        }
    }

    /// Makes a subscriber whose handler takes several of a ledger's events at once, such as one that copies them: fewer requests,
    /// each larger.
    ///
    /// The handler gets what waits at the time: of each stream in order, and of none that another call of it works on. What comes
    /// while ``PubSubSubscriberConfiguration/maximumHandlers`` calls run is handled together afterwards, so with one of them
    /// batches are as large as they can be.
    ///
    /// - Parameters:
    ///   - maximum: How many events at the most, from 1.
    ///   - subscription: What is pulled from.
    ///   - cloud: How Google's services are reached.
    ///   - deadLetters: Takes messages that are no events, which are then acknowledged.
    ///   - configuration: How much is taken at once.
    ///   - clock: Where the time comes from.
    ///   - logger: Says what failed; never content.
    ///   - handler: When it returns all its events are acknowledged; when it throws all are delivered again, so it does not throw
    ///     for one that it will never take.
    public init(
        batchesOf maximum: Int, from subscription: PubSubSubscriptionName, on cloud: GoogleCloud,
        deadLetters: any DeadLetterSink, configuration: PubSubSubscriberConfiguration = PubSubSubscriberConfiguration(),
        clock: any LedgerClock = SystemClock(), logger: Logger = Logger(label: "eventledger.pubsub"),
        handler: @escaping @Sendable ([RecordedEvent]) async throws -> Void
    ) {
        self.init(maximum, of: subscription, on: cloud, configuration, clock, logger) { deliveries in
            var events: [RecordedEvent] = []
            for delivery in deliveries {
                if let event = try await Self.event(of: delivery, subscription, deadLetters, clock) {
                    events.append(event)
                }
            }
            if !events.isEmpty { try await handler(events) }
        }
    }

    /// - Returns: `nil` for a message that is no event, and a letter now.
    private static func event(
        of delivery: PubSubDelivery, _ subscription: PubSubSubscriptionName, _ deadLetters: (any DeadLetterSink)?,
        _ clock: any LedgerClock
    ) async throws -> RecordedEvent? {
        do {
            return try delivery.message.recordedEvent()
        } catch {
            guard let deadLetters else { throw error }
            let letter = PubSubPoison.letter(
                subscription: subscription.description, identity: delivery.messageID, data: delivery.message.data,
                attributes: delivery.message.attributes, error: error, at: clock.now
            )
            try await deadLetters.record(letter)
            return nil
        }
    }

    /// Makes a subscriber that hands events to a reactor and commits what it returns, once for each event.
    ///
    /// - Parameters:
    ///   - reactor: The reactor. A ``ReactorRunner`` or a ``PubSubPushEndpoint`` with the same one may run beside it: each event
    ///     takes effect once.
    ///   - ledger: Where reactions and dead letters go.
    ///   - subscription: What is pulled from.
    ///   - cloud: How Google's services are reached.
    ///   - maximumDeliveries: After how many deliveries an event that fails becomes a dead letter. Pub/Sub counts them only for
    ///     subscriptions with a dead-letter policy; without one an event is delivered until it succeeds.
    ///   - configuration: How much is taken at once.
    ///   - logger: Says what failed; never content.
    public init(
        _ reactor: some Reactor, on ledger: any Ledger, pulling subscription: PubSubSubscriptionName,
        from cloud: GoogleCloud, maximumDeliveries: Int? = nil,
        configuration: PubSubSubscriberConfiguration = PubSubSubscriberConfiguration(),
        logger: Logger = Logger(label: "eventledger.pubsub")
    ) {
        let reaction = PubSubReaction(reactor, on: ledger, maximumDeliveries: maximumDeliveries)
        self.init(
            messagesOf: subscription, on: cloud, configuration: configuration, clock: ledger.clock, logger: logger
        ) { delivery in
            let event = try await Self.event(of: delivery, subscription, ledger.deadLetters, ledger.clock)
            if let event { try await reaction.perform(event, attempt: delivery.attempt) }
        }
    }

    /// A subscriber that only tells that something was published, so that subscriptions of a ledger which would poll read at once.
    ///
    /// Each process needs a subscription of its own, since each message goes to one subscriber of a subscription.
    ///
    /// - Parameters:
    ///   - subscription: What is pulled from.
    ///   - cloud: How Google's services are reached.
    ///   - wake: Is called for every message; quick, and harmless when called too often.
    public static func waking(
        by subscription: PubSubSubscriptionName, on cloud: GoogleCloud, _ wake: @escaping @Sendable () -> Void
    ) -> PubSubSubscriber {
        PubSubSubscriber(messagesOf: subscription, on: cloud) { _ in wake() }
    }

    /// Handles messages until the task is cancelled, a graceful shutdown begins, or it fails; what is held then is given
    /// back, and so is what a pull brings within a second. A pull that is not answered in that time is given up. Pub/Sub
    /// may send to it for up to 90 seconds all the same: that is delivered again when the subscription's deadline is over.
    ///
    /// - Throws: ``LedgerError``: `notFound` or `forbidden` for the subscription, `invalidValue` for the configuration.
    public func run() async throws {
        do {
            try configuration.validate()
            guard maximumBatch >= 1 else {
                throw LedgerError(.invalidValue, "A subscriber's handler takes one event or more at once.")
            }
            try await cancelWhenGracefulShutdown {
                var run = PubSubSubscriberRun(self)
                try await run.work()
            }
        } catch is CancellationError {
            // Handlers that were interrupted are called again elsewhere.
        }
    }
}
