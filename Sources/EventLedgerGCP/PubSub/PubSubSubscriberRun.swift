import EventLedger
import Logging

/// A subscriber at work.
struct PubSubSubscriberRun {
    private enum Step: Sendable {
        case pulled([PubSubDelivery])
        case handled(PubSubDelivery, isDone: Bool)
        case acknowledged
        case modified
        case alarm
    }

    private let subscriber: PubSubSubscriber
    private var inbox: PubSubInbox
    private var handled: [PubSubDelivery] = []
    private var isPulling = false
    private var isAcknowledging = false

    init(_ subscriber: PubSubSubscriber) {
        self.subscriber = subscriber
        inbox = PubSubInbox(subscriber.configuration)
    }

    mutating func work() async throws {
        do {
            try await pump()
        } catch {
            await giveBack()
            throw error
        }
    }

    private mutating func pump() async throws {
        try await withThrowingTaskGroup(of: Step.self) { group in
            setAlarm(in: &group)
            while true {
                let room = inbox.room
                if !isPulling, room > 0 {
                    isPulling = true
                    let subscriber = self.subscriber
                    group.addTask { .pulled(try await Self.pull(room, subscriber)) }
                }
                for delivery in inbox.takeReady() {
                    let subscriber = self.subscriber
                    group.addTask { .handled(delivery, isDone: try await Self.handle(delivery, subscriber)) }
                }
                if !isAcknowledging, !handled.isEmpty {
                    isAcknowledging = true
                    let deliveries = handled
                    handled = []
                    settle(in: &group) { subscriber in
                        try await subscriber.client.acknowledge(deliveries, of: subscriber.subscription)
                    }
                }
                guard let step = try await group.next() else { return }
                take(step, in: &group)
            }
        }
    }

    private mutating func take(_ step: Step, in group: inout ThrowingTaskGroup<Step, any Error>) {
        switch step {
        case .pulled(let deliveries):
            isPulling = false
            inbox.add(deliveries, at: subscriber.clock.now)
        case .handled(let delivery, isDone: true):
            inbox.succeeded(delivery)
            handled.append(delivery)
        case .handled(let delivery, isDone: false):
            let (deliveries, seconds) = inbox.failed(delivery)
            modify(deliveries, seconds, in: &group)
        case .acknowledged: isAcknowledging = false
        case .modified: break
        case .alarm:
            let expiring = inbox.takeExpiring(at: subscriber.clock.now)
            modify(expiring, subscriber.configuration.acknowledgmentDeadlineSeconds, in: &group)
            setAlarm(in: &group)
        }
    }

    private func setAlarm(in group: inout ThrowingTaskGroup<Step, any Error>) {
        let clock = subscriber.clock
        let wait = Duration.seconds(subscriber.configuration.acknowledgmentDeadlineSeconds) / 3
        group.addTask {
            try await clock.sleep(for: wait)
            return .alarm
        }
    }
}

extension PubSubSubscriberRun {
    private func settle(
        in group: inout ThrowingTaskGroup<Step, any Error>,
        _ body: @escaping @Sendable (PubSubSubscriber) async throws -> Void
    ) {
        let subscriber = self.subscriber
        group.addTask {
            await Self.attempt(subscriber, body)
            return .acknowledged
        }
    }

    private func modify(
        _ deliveries: [PubSubDelivery], _ seconds: Int, in group: inout ThrowingTaskGroup<Step, any Error>
    ) {
        guard !deliveries.isEmpty else { return }
        let subscriber = self.subscriber
        group.addTask {
            await Self.attempt(subscriber) { subscriber in
                try await subscriber.client.modifyAcknowledgmentDeadline(
                    deliveries, seconds: seconds, of: subscriber.subscription
                )
            }
            return .modified
        }
    }

    /// What cannot be settled is delivered again; nothing is lost by it.
    private static func attempt(
        _ subscriber: PubSubSubscriber, _ body: @Sendable (PubSubSubscriber) async throws -> Void
    ) async {
        do {
            try await body(subscriber)
        } catch {
            subscriber.logger.debug(
                "Deliveries could not be settled; they come again.",
                metadata: [
                    "subscription": "\(subscriber.subscription)",
                    "error": "\((error as? LedgerError)?.code.rawValue ?? "\(type(of: error))")",
                ]
            )
        }
    }

    /// Pulls, and waits where Pub/Sub is not available.
    private static func pull(_ maximum: Int, _ subscriber: PubSubSubscriber) async throws -> [PubSubDelivery] {
        var attempts = 0
        while true {
            do {
                return try await subscriber.client.pull(subscriber.subscription, maximum: maximum)
            } catch LedgerError.Code.unavailable {
                attempts += 1
                subscriber.logger.warning(
                    "A subscription cannot be pulled from at the moment.",
                    metadata: ["subscription": "\(subscriber.subscription)", "attempts": "\(attempts)"]
                )
                let policy = RetryPolicy(maxAttempts: nil, minBackoff: .milliseconds(250), maxBackoff: .seconds(30))
                try await subscriber.clock.sleep(for: policy.backoff(afterAttempts: attempts))
            }
        }
    }

    private static func handle(_ delivery: PubSubDelivery, _ subscriber: PubSubSubscriber) async throws -> Bool {
        do {
            try await subscriber.handler(delivery)
            return true
        } catch {
            try Task.checkCancellation()
            subscriber.logger.warning(
                "A message could not be handled; it is delivered again.",
                metadata: [
                    "subscription": "\(subscriber.subscription)", "message": "\(delivery.messageID)",
                    "error": "\((error as? LedgerError)?.code.rawValue ?? "\(type(of: error))")",
                ]
            )
            return false
        }
    }

    /// Has others handle at once what this subscriber does not any more; acknowledges what it has handled.
    private func giveBack() async {
        let subscriber = self.subscriber
        let handled = self.handled
        let done = Set(handled.map(\.acknowledgment))
        let returned = inbox.deliveries.filter { !done.contains($0.acknowledgment) }
        // A task of its own is not cancelled with this one.
        await Task {
            await Self.attempt(subscriber) { subscriber in
                try await subscriber.client.acknowledge(handled, of: subscriber.subscription)
            }
            await Self.attempt(subscriber) { subscriber in
                try await subscriber.client.modifyAcknowledgmentDeadline(
                    returned, seconds: 0, of: subscriber.subscription
                )
            }
        }.value
    }
}
