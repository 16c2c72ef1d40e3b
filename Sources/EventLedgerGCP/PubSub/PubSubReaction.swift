import EventLedger

/// Lets a reactor react to the events of a subscription, pushed or pulled, and commits what it returns, once for each event.
struct PubSubReaction: Sendable {
    private let reactor: any Reactor
    private let ledger: any Ledger
    private let maximumDeliveries: Int?

    /// - Parameter maximumDeliveries: After how many deliveries an event that fails becomes a dead letter; never where it is `nil`.
    ///   Pub/Sub also counts deliveries that were given back because an event in front of it failed.
    init(_ reactor: any Reactor, on ledger: any Ledger, maximumDeliveries: Int?) {
        self.reactor = reactor
        self.ledger = ledger
        self.maximumDeliveries = maximumDeliveries
    }

    /// Returns when what the event causes is durable: what the reactor returned, or the dead letter of the last attempt. An event
    /// that the reactor does not want causes nothing.
    ///
    /// - Parameter attempt: Which delivery it is, where Pub/Sub counts them.
    /// - Throws: What the reactor or the ledger throws; the event is to be delivered again.
    func perform(_ event: RecordedEvent, attempt: Int?) async throws {
        let query = reactor.query
        guard query.items.isEmpty || query.matches(event) else { return }
        do {
            try await Reaction(reactor, on: ledger).perform(event, attempt: max(attempt ?? 1, 1))
        } catch let away as Reaction.NotCommitted {
            throw away.error
        } catch {
            // Who is interrupted has not failed.
            try Task.checkCancellation()
            guard let attempt, let maximumDeliveries, attempt >= maximumDeliveries else { throw error }
            let now = ledger.clock.now
            try await ledger.deadLetters.record(
                DeadLetter(
                    event: event, consumer: reactor.name.rawValue, failure: TaskFailure(error), attempts: attempt,
                    firstFailedAt: now, at: now
                )
            )
        }
    }
}
