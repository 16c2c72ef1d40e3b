import EventLedger

/// The messages that a subscriber holds: which may be handled now, which need more time, and whether more may be pulled.
///
/// Messages with the same ordering key are handled one after the other, in the order of their delivery. When one fails, those
/// that wait behind it are given back with it, and those that come before it comes again: Pub/Sub delivers them again in order.
struct PubSubInbox {
    /// What one message is held by.
    private struct Held {
        let delivery: PubSubDelivery
        let since: Timestamp
        var expiresAt: Timestamp
    }

    /// How often handling a key's first message has failed, and until when it stays away.
    private struct Failure {
        var attempts = 0
        var until = Timestamp.distantPast

        /// A wait that is longer than Pub/Sub's longest is left from before the clock was set back.
        func isWaited(at now: Timestamp) -> Bool { now < until && until - now <= PubSubInbox.longestWait }
    }

    /// How long Pub/Sub keeps a message away at the most.
    private static let longestWait = Duration.seconds(600)

    /// Messages of one of these are handled one after the other.
    private enum Key: Hashable {
        /// Those of a stream, which is told from others by its bytes.
        case stream(StreamName)
        /// A message without an ordering key waits for nobody.
        case alone(acknowledgment: String)
    }

    private let configuration: PubSubSubscriberConfiguration
    private let maximumBatch: Int
    private var held: [String: Held] = [:]
    private var bytes = 0
    /// What waits behind a message of the same key that is being handled, or for a free handler.
    private var waiting: [Key: [PubSubDelivery]] = [:]
    /// Keys whose first message may be handled, in the order in which they came.
    private var ready: [Key] = []
    private var running = 0
    private var failures: [Key: Failure] = [:]

    /// - Parameter maximumBatch: How many messages a handler takes at once.
    init(_ configuration: PubSubSubscriberConfiguration, maximumBatch: Int = 1) {
        self.configuration = configuration
        self.maximumBatch = maximumBatch
    }

    /// How many messages may be pulled now; 0 for none.
    var room: Int {
        bytes >= configuration.maximumBytes ? 0 : min(1000, max(0, configuration.maximumMessages - held.count))
    }

    /// All that is held.
    var deliveries: [PubSubDelivery] { held.values.map(\.delivery) }

    /// Takes messages in.
    ///
    /// - Returns: What is given back, and after which wait it may be delivered again: messages behind one that failed and is
    ///   still away. Handled now, they would overtake it.
    @discardableResult
    mutating func add(
        _ deliveries: [PubSubDelivery], at now: Timestamp
    ) -> [(deliveries: [PubSubDelivery], wait: Duration)] {
        var early: [Duration: [PubSubDelivery]] = [:]
        for delivery in deliveries {
            let key = Self.key(of: delivery)
            if let failure = failures[key], failure.isWaited(at: now) {
                early[Self.wait(failure.until - now), default: []].append(delivery)
                continue
            }
            held[delivery.acknowledgment] = Held(
                delivery: delivery, since: now,
                expiresAt: now + configuration.acknowledgmentDeadline
            )
            bytes += delivery.message.data.count
            if waiting[key] == nil { ready.append(key) }
            waiting[key, default: []].append(delivery)
        }
        return early.map { (deliveries: $0.value, wait: $0.key) }
    }

    /// The messages whose handlers can start now, each batch for one of them. All of a batch with the same key stand together.
    mutating func takeReady() -> [[PubSubDelivery]] {
        var batches: [[PubSubDelivery]] = []
        var taken = 0
        while taken < ready.count, running < configuration.maximumHandlers {
            var batch: [PubSubDelivery] = []
            while taken < ready.count, batch.count < maximumBatch {
                batch += waiting[ready[taken], default: []].prefix(maximumBatch - batch.count)
                taken += 1
            }
            running += 1
            batches.append(batch)
        }
        ready.removeFirst(taken)
        return batches
    }

    /// Notes that a batch was handled; it is to be acknowledged.
    mutating func succeeded(_ batch: [PubSubDelivery]) {
        running -= 1
        for delivery in batch { drop(delivery) }
        for (key, count) in Self.counts(of: batch) {
            failures[key] = nil
            let rest = waiting[key, default: []].dropFirst(count)
            waiting[key] = rest.isEmpty ? nil : Array(rest)
            if !rest.isEmpty { ready.append(key) }
        }
    }

    /// Notes that a batch's handler failed.
    ///
    /// - Returns: What is given back, and after which wait it may be delivered again.
    mutating func failed(
        _ batch: [PubSubDelivery], at now: Timestamp
    ) -> (deliveries: [PubSubDelivery], wait: Duration) {
        running -= 1
        // Keys that never come again must not fill the memory.
        if failures.count > 10_000 { failures = failures.filter { $0.value.isWaited(at: now) } }
        let keys = Self.counts(of: batch).map(\.key)
        let attempts = batch.reduce(1) { max($0, self.attempts(at: $1)) }
        let wait = Self.wait(configuration.backoff.backoff(afterAttempts: attempts))
        var returned: [PubSubDelivery] = []
        for key in keys {
            if case .stream = key {
                failures[key, default: Failure()].attempts += 1
                failures[key]?.until = now + wait
            }
            returned += waiting.removeValue(forKey: key) ?? []
        }
        for delivery in returned { drop(delivery) }
        return (deliveries: returned, wait: wait)
    }

    /// The how manieth attempt has failed. A message without a key is told from others for the length of a delivery only, so it
    /// is Pub/Sub that counts, where it does.
    private func attempts(at delivery: PubSubDelivery) -> Int {
        switch Self.key(of: delivery) {
        case .stream(let name): (failures[.stream(name)]?.attempts ?? 0) + 1
        case .alone: delivery.attempt ?? 1
        }
    }

    /// A wait as Pub/Sub takes it: in whole seconds.
    private static func wait(_ wait: Duration) -> Duration { .seconds(min(wait, longestWait).wholeSeconds) }

    /// The messages whose deadlines are to be extended now; those that were held for too long are left alone.
    mutating func takeExpiring(at now: Timestamp) -> [PubSubDelivery] {
        let deadline = configuration.acknowledgmentDeadline
        let expiring = held.filter {
            $0.value.expiresAt - now <= deadline * 2 / 3 && now - $0.value.since < configuration.maximumHold
        }
        for id in expiring.keys { held[id]?.expiresAt = now + deadline }
        return expiring.values.map(\.delivery)
    }

    private mutating func drop(_ delivery: PubSubDelivery) {
        guard held.removeValue(forKey: delivery.acknowledgment) != nil else { return }
        bytes -= delivery.message.data.count
    }

    /// How many of a batch have which key.
    private static func counts(of batch: [PubSubDelivery]) -> [(key: Key, count: Int)] {
        batch.reduce(into: []) { counts, delivery in
            let key = key(of: delivery)
            if counts.last?.key == key {
                counts[counts.count - 1].count += 1
            } else {
                counts.append((key: key, count: 1))
            }
        }
    }

    private static func key(of delivery: PubSubDelivery) -> Key {
        delivery.message.orderingKey.isEmpty
            ? .alone(acknowledgment: delivery.acknowledgment) : .stream(StreamName(delivery.message.orderingKey))
    }
}
