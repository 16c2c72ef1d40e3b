/// What to read: all events, a stream, a category or a query, with bounds, direction and limit.
///
/// ```swift
/// ledger.read(.category("user").after(1200).since(day).backwards.limit(10))
/// ```
public struct EventSelection: Hashable, Sendable {
    /// Of which events.
    public enum Scope: Hashable, Sendable {
        /// All.
        case all
        /// Those of a stream.
        case stream(StreamName)
        /// Those of the streams of a category.
        case category(StreamCategory)
        /// Those that a query means.
        case query(EventQuery)
    }

    /// Of which events.
    public var scope: Scope
    /// Only behind this checkpoint. In a selection that reads backwards it is the lower end.
    public var lowerBound: Checkpoint?
    /// Only up to this position, inclusive. In a selection that reads backwards it is where reading begins.
    public var upperBound: Position?
    /// In a stream: only behind this revision.
    public var revisionBound: Revision?
    /// Only recorded at or after this time.
    public var earliest: Timestamp?
    /// Only recorded before this time.
    public var latest: Timestamp?
    /// Whether the newest come first.
    public var isBackwards: Bool
    /// How many at the most; `nil` for all.
    public var maximum: Int?

    /// Makes a selection of a scope, unbounded.
    public init(_ scope: Scope) {
        self.scope = scope
        isBackwards = false
    }

    /// All events.
    public static let all = EventSelection(.all)
    /// The events of a stream.
    public static func stream(_ name: StreamName) -> EventSelection { EventSelection(.stream(name)) }
    /// The events of the streams of a category.
    public static func category(_ name: StreamCategory) -> EventSelection { EventSelection(.category(name)) }
    /// The events that a query means.
    public static func query(_ query: EventQuery) -> EventSelection {
        EventSelection(query.items.isEmpty ? .all : .query(query))
    }
    /// The events of any of some types.
    public static func types(_ types: EventType...) -> EventSelection { .query(EventQuery(types: Set(types))) }
    /// The events that have all of some tags.
    public static func tags(_ tags: EventTag...) -> EventSelection { .query(EventQuery(tags: Set(tags))) }

    /// Only behind a position.
    public func after(_ position: Position) -> Self { after(Checkpoint(position)) }
    /// Only behind a checkpoint.
    public func after(_ checkpoint: Checkpoint) -> Self { with { $0.lowerBound = checkpoint } }
    /// Only up to a position, inclusive.
    public func through(_ position: Position) -> Self { with { $0.upperBound = position } }
    /// In a stream: only behind a revision.
    public func afterRevision(_ revision: Revision) -> Self { with { $0.revisionBound = revision } }
    /// Only recorded at or after a time.
    public func since(_ time: Timestamp) -> Self { with { $0.earliest = time } }
    /// Only recorded before a time.
    public func until(_ time: Timestamp) -> Self { with { $0.latest = time } }
    /// The newest first.
    public var backwards: Self { with { $0.isBackwards = true } }
    /// At most so many.
    public func limit(_ count: Int) -> Self { with { $0.maximum = count } }

    private func with(_ change: (inout EventSelection) -> Void) -> EventSelection {
        var copy = self
        change(&copy)
        return copy
    }

    /// Checks names and bounds.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/invalidName`` or ``LedgerError/Code/invalidValue``.
    public func validate() throws {
        switch scope {
        case .all: break
        case .stream(let name): try name.validate()
        case .category(let name): try name.validate()
        case .query(let query): try query.validate()
        }
        if let maximum, maximum < 0 {
            throw LedgerError(.invalidValue, "A limit of \(maximum) events was given; it must be 0 or more.")
        }
        if revisionBound != nil {
            guard case .stream = scope else {
                throw LedgerError(.invalidValue, "Only the selection of one stream can be bounded by a revision.")
            }
        }
    }

    /// Whether an event is meant, limits and direction aside. The reference of what stores must answer.
    public func matches(_ event: RecordedEvent) -> Bool {
        let inScope =
            switch scope {
            case .all: true
            case .stream(let name): event.stream == name
            case .category(let name): event.stream.category == name
            case .query(let query): query.matches(event)
            }
        return inScope
            && (lowerBound.map { !$0.covers(Checkpoint(event.position)) } ?? true)
            && (upperBound.map { event.position <= $0 } ?? true)
            && (revisionBound.map { event.revision > $0 } ?? true)
            && (earliest.map { event.recordedAt >= $0 } ?? true)
            && (latest.map { event.recordedAt < $0 } ?? true)
    }
}

/// Some events of a selection, and how to get the next ones.
public struct EventPage: Hashable, Sendable {
    /// The events in the order asked for.
    public let events: [RecordedEvent]
    /// Forwards: how far was read, events that did not match included; reading goes on behind it.
    public let checkpoint: Checkpoint
    /// What reads the next page; `nil` where the selection was exhausted when the page was read.
    public let next: EventSelection?

    /// Makes a page; stores do.
    public init(events: [RecordedEvent], checkpoint: Checkpoint, next: EventSelection?) {
        self.events = events
        self.checkpoint = checkpoint
        self.next = next
    }

    /// The events, for whoever needs nothing else of the page: they are not copied.
    consuming func takingEvents() -> [RecordedEvent] { events }
}
