/// Turns events into documents. It is pure and synchronous, so it may be run again at any time, from any copy of the ledger.
///
/// What a projection owes, and what is owed to it, each a case of the conformance suite:
///
/// 1. `apply` depends on nothing but the event and the view: no clock, no network, no randomness.
/// 2. `apply` may be called again for the same event after its writes were undone; it keeps no state of its own.
/// 3. Events come in the order of the ledger, each taking effect exactly once, also when two projectors run by mistake.
/// 4. Documents and checkpoint are one write.
/// 5. The view shows what earlier events wrote, and nothing that was undone.
/// 6. It writes only its own ``collections``, and nothing else writes them.
/// 7. What it throws ends up with the event in the dead letters, as the projector's policy says.
/// 8. A new ``version`` is built beside the old one, and the switch is atomic.
public protocol Projection: Sendable {
    /// Its name; stable, because its checkpoint is found by it.
    var name: ProjectionName { get }

    /// Raised when the documents must be built anew, from 1.
    var version: Int { get }

    /// Which events it wants.
    var query: EventQuery { get }

    /// The collections that it writes.
    var collections: Set<CollectionName> { get }

    /// Keys that `apply` is going to read: a hint, by which one fetch serves a whole page of events. None unless stated.
    ///
    /// - Throws: Nothing that matters: a hint that throws is no hint.
    func reads(_ event: RecordedEvent) throws -> [DocumentKey]

    /// Applies one event.
    ///
    /// - Parameters:
    ///   - event: The event.
    ///   - view: The documents; what is written to it takes effect together with the checkpoint.
    /// - Throws: Any error; see the projector's policy. Errors of the view must be thrown on, since a document that has to
    ///   be fetched first is asked for by throwing.
    func apply(_ event: RecordedEvent, to view: inout DocumentView) throws
}

extension Projection {
    public func reads(_ event: RecordedEvent) throws -> [DocumentKey] { [] }
}

/// The name of a reactor.
public struct ReactorName: LedgerName {
    public static let noun = "reactor name"
    public let rawValue: String
    public init(_ rawValue: String) { self.rawValue = rawValue }
}

/// Does something because of events: sends, calls a model, starts work. It has effects outside, so it is never replayed, and
/// nothing that replays accepts it.
public protocol Reactor: Sendable {
    /// Its name; stable, because its checkpoint is found by it.
    var name: ReactorName { get }

    /// Which events it wants.
    var query: EventQuery { get }

    /// Reacts to one event. It may be called again for the same event after a crash; what it returns is recorded once,
    /// under a commit id that is derived from the reactor and the event.
    ///
    /// - Parameters:
    ///   - event: The event.
    ///   - context: Which attempt it is, and the trace that the event belongs to.
    /// - Returns: What to record: events, documents, tasks. Its id is replaced.
    /// - Throws: Any error; the event is tried again by policy, then recorded as a dead letter.
    func react(to event: RecordedEvent, in context: ReactionContext) async throws -> Commit
}

/// What a reactor is told about an attempt.
public struct ReactionContext: Sendable {
    /// Which attempt it is, from 1.
    public let attempt: Int
    /// The reactor's name.
    public let reactor: ReactorName
    /// Where the time comes from.
    public let clock: any LedgerClock

    /// Makes a context; the runner and tests do.
    public init(attempt: Int, reactor: ReactorName, clock: any LedgerClock) {
        self.attempt = attempt
        self.reactor = reactor
        self.clock = clock
    }
}
