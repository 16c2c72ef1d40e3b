/// What a subscription delivers.
public enum SubscriptionElement: Hashable, Sendable {
    /// A page of events, in order, and the checkpoint behind it. The page may be empty: the checkpoint then moved past events
    /// that do not match.
    case events([RecordedEvent], checkpoint: Checkpoint)
    /// All that was there has been delivered; from now on the subscription follows live. Delivered once.
    case caughtUp(Checkpoint)
}

/// Events from a checkpoint on: first those that are there, then the new ones as they come, page by page, without end.
///
/// It ends by cancellation of the task, with a `CancellationError`. Store the checkpoint after handling a page, and subscribe
/// after it next time. Memory is constant, and nothing is held in the store between two calls of `next()`.
public struct EventSubscription: AsyncSequence, Sendable {
    /// What is delivered.
    public typealias Element = SubscriptionElement

    let reader: any EventReader
    let selection: EventSelection
    let checkpoint: Checkpoint
    let partition: Partition

    /// The same events, one after the other, without the checkpoints.
    public var events: SubscribedEvents { SubscribedEvents(subscription: self) }

    /// Begins anew.
    public func makeAsyncIterator() -> Iterator { Iterator(subscription: self) }

    /// Reads page after page, and waits where there is none.
    public struct Iterator: AsyncIteratorProtocol {
        private let subscription: EventSubscription
        private var checkpoint: Checkpoint
        private var isAtEnd = false
        private var hasCaughtUp = false

        init(subscription: EventSubscription) {
            self.subscription = subscription
            checkpoint = subscription.checkpoint
            if let bound = subscription.selection.lowerBound, bound.covers(checkpoint) { checkpoint = bound }
        }

        /// The next element; waits for it where there is none yet.
        public mutating func next() async throws -> SubscriptionElement? {
            try subscription.validate()
            while true {
                try Task.checkCancellation()
                if isAtEnd {
                    if !hasCaughtUp {
                        hasCaughtUp = true
                        return .caughtUp(checkpoint)
                    }
                    try await subscription.reader.waitForEvents(after: checkpoint)
                }
                let page = try await subscription.reader.page(subscription.selection.after(checkpoint))
                isAtEnd = page.next == nil
                guard page.checkpoint != checkpoint else { continue }
                checkpoint = page.checkpoint
                return .events(subscription.taken(from: page), checkpoint: checkpoint)
            }
        }
    }

    private func taken(from page: EventPage) -> [RecordedEvent] {
        partition.count == 1 ? page.events : page.events.filter { partition.contains($0.stream) }
    }

    private func validate() throws {
        try selection.validate()
        guard !selection.isBackwards, selection.maximum == nil, selection.upperBound == nil, selection.latest == nil
        else {
            throw LedgerError(
                .invalidValue,
                "A subscription goes forwards and has no end. Leave out direction, limit and upper bound, or read instead."
            )
        }
    }
}

/// The events of a subscription, one after the other.
public struct SubscribedEvents: AsyncSequence, Sendable {
    /// What is delivered.
    public typealias Element = RecordedEvent

    let subscription: EventSubscription

    /// Begins anew.
    public func makeAsyncIterator() -> Iterator { Iterator(elements: subscription.makeAsyncIterator()) }

    /// Hands out events from the page at hand.
    public struct Iterator: AsyncIteratorProtocol {
        private var elements: EventSubscription.Iterator
        private var page: [RecordedEvent] = []
        private var index = 0

        init(elements: EventSubscription.Iterator) { self.elements = elements }

        /// The next element; waits for it where there is none yet.
        public mutating func next() async throws -> RecordedEvent? {
            while index == page.count {
                guard let element = try await elements.next() else { return nil }
                guard case .events(let events, _) = element else { continue }
                page = events
                index = 0
            }
            defer { index += 1 }
            return page[index]
        }
    }
}

extension EventReader {
    /// Events from a checkpoint on, then live.
    ///
    /// ```swift
    /// for try await element in ledger.subscribe(.category("user"), after: checkpoint) {
    ///     switch element {
    ///     case .events(let events, let checkpoint): try await handle(events, checkpoint)
    ///     case .caughtUp: ready()
    ///     }
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - selection: Which events: a scope, and where wanted a lower bound of time. A direction, a limit and upper bounds are
    ///     refused by the first `next()` with ``LedgerError/Code/invalidValue``.
    ///   - checkpoint: Where an earlier subscription stood; the start unless given.
    ///   - partition: Which streams' events are taken; all unless given.
    public func subscribe(
        _ selection: EventSelection = .all, after checkpoint: Checkpoint = .start, partition: Partition = .whole
    ) -> EventSubscription {
        EventSubscription(reader: self, selection: selection, checkpoint: checkpoint, partition: partition)
    }
}
