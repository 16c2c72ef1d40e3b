import EventLedger
import Logging

/// A subscriber at work.
struct PubSubSubscriberRun {
    private enum Step: Sendable {
        /// With the number that was asked for at last, where the answer to more was too large.
        case pulled([PubSubDelivery], cutTo: Int?)
        case handled([PubSubDelivery], isDone: Bool)
        case acknowledged
        case modified
        case alarm
    }

    /// How long a request that settles deliveries may take, also at a shutdown: as long as the shortest deadline, after which they
    /// come again anyway.
    private static let settlingTime = Duration.seconds(10)

    private let subscriber: PubSubSubscriber
    private var inbox: PubSubInbox
    private var handled: [PubSubDelivery] = []
    /// What came when nothing was to be begun any more.
    private var unwanted: [PubSubDelivery] = []
    private var isPulling = false
    /// So many messages are asked for at once; fewer after an answer that was too large.
    private var pullSize = 1000
    private var isAcknowledging = false

    init(_ subscriber: PubSubSubscriber) {
        self.subscriber = subscriber
        inbox = PubSubInbox(subscriber.configuration, maximumBatch: subscriber.maximumBatch)
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
            do {
                try await pump(in: &group)
            } catch {
                group.cancelAll()
                await collect(from: &group)
                throw error
            }
        }
    }

    private mutating func pump(in group: inout ThrowingTaskGroup<Step, any Error>) async throws {
        setAlarm(in: &group)
        while true {
            // What came at last is given back, and not begun any more.
            try Task.checkCancellation()
            let subscriber = self.subscriber
            let wanted = min(inbox.room, pullSize)
            if !isPulling, wanted > 0 {
                isPulling = true
                group.addTask {
                    let (deliveries, cut) = try await Self.pull(wanted, subscriber)
                    return .pulled(deliveries, cutTo: cut)
                }
            }
            for batch in inbox.takeReady() {
                group.addTask { .handled(batch, isDone: try await Self.handle(batch, subscriber)) }
            }
            if !isAcknowledging, !handled.isEmpty {
                isAcknowledging = true
                acknowledge(handled, in: &group)
                handled = []
            }
            guard let step = try await group.next() else { return }
            take(step, in: &group)
        }
    }

    /// Waits for what is under way at the end: what was still handled is acknowledged, what was still pulled is given back.
    private mutating func collect(from group: inout ThrowingTaskGroup<Step, any Error>) async {
        while let result = await group.nextResult() {
            switch result {
            case .success(.handled(let batch, isDone: true)): handled += batch
            case .success(.pulled(let deliveries, _)): unwanted += deliveries
            case .success, .failure: break
            }
        }
    }

    private mutating func take(_ step: Step, in group: inout ThrowingTaskGroup<Step, any Error>) {
        switch step {
        case .pulled(let deliveries, let cut):
            isPulling = false
            // It grows again, but slowly: what an answer held that was too large is away for a while.
            pullSize = cut ?? min(1000, pullSize + pullSize / 8 + 1)
            for (early, wait) in inbox.add(deliveries, at: subscriber.clock.now) {
                modify(early, wait, in: &group)
            }
        case .handled(let batch, isDone: true):
            inbox.succeeded(batch)
            handled += batch
        case .handled(let batch, isDone: false):
            let (deliveries, wait) = inbox.failed(batch, at: subscriber.clock.now)
            modify(deliveries, wait, in: &group)
        case .acknowledged: isAcknowledging = false
        case .modified: break
        case .alarm:
            let expiring = inbox.takeExpiring(at: subscriber.clock.now)
            modify(expiring, subscriber.configuration.acknowledgmentDeadline, in: &group)
            setAlarm(in: &group)
        }
    }

    private func setAlarm(in group: inout ThrowingTaskGroup<Step, any Error>) {
        let clock = subscriber.clock
        let wait = subscriber.configuration.acknowledgmentDeadline / 3
        group.addTask {
            try await clock.sleep(for: wait)
            return .alarm
        }
    }
}

extension PubSubSubscriberRun {
    private func acknowledge(
        _ deliveries: [PubSubDelivery], in group: inout ThrowingTaskGroup<Step, any Error>
    ) {
        let subscriber = self.subscriber
        group.addTask {
            await Self.acknowledge(deliveries, subscriber)
            return .acknowledged
        }
    }

    private func modify(
        _ deliveries: [PubSubDelivery], _ deadline: Duration, in group: inout ThrowingTaskGroup<Step, any Error>
    ) {
        guard !deliveries.isEmpty else { return }
        let subscriber = self.subscriber
        group.addTask {
            await Self.modify(deliveries, deadline, subscriber)
            return .modified
        }
    }

    private static func acknowledge(_ deliveries: [PubSubDelivery], _ subscriber: PubSubSubscriber) async {
        await settle(subscriber) {
            try await subscriber.client.acknowledge(deliveries, of: subscriber.subscription, timeout: settlingTime)
        }
    }

    private static func modify(
        _ deliveries: [PubSubDelivery], _ deadline: Duration, _ subscriber: PubSubSubscriber
    ) async {
        await settle(subscriber) {
            try await subscriber.client.modifyAcknowledgmentDeadline(
                deliveries, to: deadline, of: subscriber.subscription, timeout: settlingTime
            )
        }
    }

    /// What cannot be settled is delivered again; nothing is lost by it.
    private static func settle(
        _ subscriber: PubSubSubscriber, _ body: @escaping @Sendable () async throws -> Void
    ) async {
        // A task of its own is not cancelled with this one: what was handled would come again for nothing.
        let result = await Task { try await body() }.result
        guard case .failure(let error) = result else { return }
        subscriber.logger.debug(
            "Deliveries could not be settled; they come again.",
            metadata: [
                "subscription": "\(subscriber.subscription)",
                "error": "\((error as? LedgerError)?.code.rawValue ?? "\(type(of: error))")",
            ]
        )
    }

    private static func handle(_ batch: [PubSubDelivery], _ subscriber: PubSubSubscriber) async throws -> Bool {
        do {
            try await subscriber.handler(batch)
            return true
        } catch {
            try Task.checkCancellation()
            subscriber.logger.warning(
                "A message could not be handled; it is delivered again.",
                metadata: [
                    "subscription": "\(subscriber.subscription)", "message": "\(batch.first?.messageID ?? "")",
                    "messages": "\(batch.count)",
                    // The description of an error that is not ours may repeat what it was about.
                    "error": "\((error as? LedgerError)?.description ?? "\(type(of: error))")",
                ]
            )
            return false
        }
    }

    /// Has others handle at once what this subscriber does not any more; acknowledges what it has handled.
    private func giveBack() async {
        let done = Set(handled.map(\.acknowledgment))
        let returned = unwanted + inbox.deliveries.filter { !done.contains($0.acknowledgment) }
        await Self.acknowledge(handled, subscriber)
        await Self.modify(returned, .zero, subscriber)
    }
}
