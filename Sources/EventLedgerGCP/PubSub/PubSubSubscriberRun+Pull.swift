import EventLedger
import Logging

extension PubSubSubscriberRun {
    /// How long a pull is left open at the end.
    ///
    /// What Pub/Sub sends to a pull that was given up is away until its deadline is over, and it may go on sending for as
    /// long as it lets pulls wait. Where there is much to deliver a pull is answered within this time; where there is little,
    /// it is rare that something comes in the moment in which the pull is given up.
    private static let lastPullTime = Duration.seconds(1)

    /// Pulls until there are messages; waits where Pub/Sub is not available, or has none and says so at once.
    ///
    /// - Returns: The messages; and how many were asked for, where the answer to more was too large.
    static func pull(
        _ maximum: Int, _ subscriber: PubSubSubscriber
    ) async throws -> (deliveries: [PubSubDelivery], cutTo: Int?) {
        let policy = RetryPolicy(maxAttempts: nil, minBackoff: .milliseconds(250), maxBackoff: .seconds(10))
        var attempts = 0, size = maximum
        while true {
            let start = subscriber.clock.now
            do {
                let deliveries = try await ask(size, subscriber)
                if !deliveries.isEmpty { return (deliveries, size < maximum ? size : nil) }
                attempts = subscriber.clock.now - start < .seconds(1) ? attempts + 1 : 0
            } catch let error as LedgerError where size > 1 && error.isOfTooLargeAnswer {
                // What it held comes again when its deadline is over. Asked for as many, it would be too large each time.
                size = max(1, size / 4)
                continue
            } catch LedgerError.Code.unavailable {
                attempts += 1
                subscriber.logger.warning(
                    "A subscription cannot be pulled from at the moment.",
                    metadata: ["subscription": "\(subscriber.subscription)", "attempts": "\(attempts)"]
                )
            }
            if attempts > 0 { try await subscriber.clock.sleep(for: policy.backoff(afterAttempts: attempts)) }
        }
    }

    /// Pulls once. Cancelled, it waits a moment longer for what is on its way, so that it can be given back.
    private static func ask(_ maximum: Int, _ subscriber: PubSubSubscriber) async throws -> [PubSubDelivery] {
        try Task.checkCancellation()
        // A task of its own is not cancelled with this one: an answer that nobody takes would be lost.
        let pull = Task { try await subscriber.client.pull(subscriber.subscription, maximum: maximum) }
        return try await withTaskCancellationHandler {
            try await pull.value
        } onCancel: {
            Task { await giveUp(pull, subscriber.clock) }
        }
    }

    /// Cancels a pull when it was left open for long enough; returns when it has ended.
    private static func giveUp(_ pull: Task<[PubSubDelivery], any Error>, _ clock: any LedgerClock) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = await pull.result }
            group.addTask { _ = try? await clock.sleep(for: lastPullTime) }
            _ = await group.next()
            pull.cancel()
            group.cancelAll()
        }
    }
}
