import EventLedger

/// The messages that a subscriber holds: which may be handled now, which need more time, and whether more may be pulled.
///
/// Messages with the same ordering key are handled one after the other, in the order of their delivery. When one fails, those
/// that wait behind it are given back with it: Pub/Sub delivers them again in order.
struct PubSubInbox {
    /// What one message is held by.
    private struct Held {
        let delivery: PubSubDelivery
        let since: Timestamp
        var expiresAt: Timestamp
    }

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
    private var failures: [Key: Int] = [:]

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
    mutating func add(_ deliveries: [PubSubDelivery], at now: Timestamp) {
        for delivery in deliveries {
            held[delivery.acknowledgment] = Held(
                delivery: delivery, since: now,
                expiresAt: now + .seconds(configuration.acknowledgmentDeadlineSeconds)
            )
            bytes += delivery.message.data.count
            let key = Self.key(of: delivery)
            if waiting[key] == nil { ready.append(key) }
            waiting[key, default: []].append(delivery)
        }
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
    /// - Returns: What is given back, and after how many seconds it may be delivered again.
    mutating func failed(_ batch: [PubSubDelivery]) -> (deliveries: [PubSubDelivery], seconds: Int) {
        running -= 1
        // Keys that never come again must not fill the memory.
        if failures.count > 10_000 { failures = [:] }
        var returned: [PubSubDelivery] = []
        var attempts = 1
        for (key, _) in Self.counts(of: batch) {
            failures[key, default: 0] += 1
            attempts = max(attempts, failures[key] ?? 1)
            returned += waiting.removeValue(forKey: key) ?? []
        }
        for delivery in returned { drop(delivery) }
        let wait = configuration.backoff.backoff(afterAttempts: attempts)
        return (deliveries: returned, seconds: min(600, Int((wait / .seconds(1)).rounded(.up))))
    }

    /// The messages whose deadlines are to be extended now; those that were held for too long are left alone.
    mutating func takeExpiring(at now: Timestamp) -> [PubSubDelivery] {
        let deadline = Duration.seconds(configuration.acknowledgmentDeadlineSeconds)
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
