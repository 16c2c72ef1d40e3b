import ServiceContextModule

/// Lets a reactor react to an event, and records what it returns once, however often that is done and by whom.
package struct Reaction: Sendable {
    private let reactor: any Reactor
    private let ledger: any Ledger

    package init(_ reactor: any Reactor, on ledger: any Ledger) {
        self.reactor = reactor
        self.ledger = ledger
    }

    /// The ledger did not take what a reaction returned, for a reason that may pass. That says nothing against the reaction: it
    /// does not count as an attempt that failed.
    package struct NotCommitted: Error {
        package let error: LedgerError
    }

    /// - Parameter attempt: Which attempt it is, from 1.
    /// - Throws: What the reactor throws, or the ledger; ``NotCommitted`` where its error may pass.
    package func perform(_ event: RecordedEvent, attempt: Int) async throws {
        let cause = event.metadata
        let context = ReactionContext(attempt: attempt, reactor: reactor.name, clock: ledger.clock)
        let trace = TracePropagation.context(traceparent: cause.traceparent, tracestate: cause.tracestate)
        let reactor = self.reactor
        var commit = try await ServiceContext.withValue(trace) { try await reactor.react(to: event, in: context) }
        guard !commit.isEmpty else { return }
        commit.id = .derived(from: .reactor, [reactor.name.rawValue, event.id.rawValue])
        commit.metadata = commit.metadata.filled(
            from: Metadata(
                correlationID: cause.correlationID, causationID: event.id.rawValue, traceparent: cause.traceparent,
                tracestate: cause.tracestate
            )
        )
        do {
            _ = try await ledger.commit(commit)
        } catch let error as LedgerError where error.mayPass {
            throw NotCommitted(error: error)
        }
    }
}
