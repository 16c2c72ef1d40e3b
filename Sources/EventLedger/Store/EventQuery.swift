/// Which events: those that match at least one item. An item names types, any of which will do, and tags, all of which
/// must be there.
public struct EventQuery: Hashable, Sendable {
    /// One alternative.
    public struct Item: Hashable, Sendable {
        /// Any of these; every type where it is empty.
        public let types: Set<EventType>
        /// All of these.
        public let tags: Set<EventTag>

        /// Makes an item. One that names nothing is refused by ``EventQuery/validate()``: a set that came out empty must not
        /// mean every event.
        public init(types: Set<EventType> = [], tags: Set<EventTag> = []) {
            self.types = types
            self.tags = tags
        }
    }

    /// The alternatives. None at all means every event.
    public let items: [Item]

    /// Makes a query of alternatives.
    public init(_ items: [Item]) { self.items = items }

    /// Makes a query of one item: any of the types and all of the tags. For every event there is ``all``.
    public init(types: Set<EventType> = [], tags: Set<EventTag> = []) {
        self.init([Item(types: types, tags: tags)])
    }

    /// Every event.
    public static let all = EventQuery([])

    /// This query or another.
    public func or(_ other: EventQuery) -> EventQuery {
        items.isEmpty || other.items.isEmpty ? .all : EventQuery(items + other.items)
    }

    /// Whether an event of a type and with tags is meant. The reference of what stores must answer.
    public func matches(type: EventType, tags: some Collection<EventTag>) -> Bool {
        items.isEmpty
            || items.contains { item in
                (item.types.isEmpty || item.types.contains(type)) && item.tags.allSatisfy { tags.contains($0) }
            }
    }

    /// Whether an event is meant.
    public func matches(_ event: RecordedEvent) -> Bool { matches(type: event.type, tags: event.tags) }

    /// Checks the names, that each item names something, and that there are at most 100 items, and at most 400 types and tags in all of them.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/invalidName``, ``LedgerError/Code/invalidValue`` or
    ///   ``LedgerError/Code/limitExceeded``.
    public func validate() throws {
        let advice = "Ask in several queries."
        try LedgerLimits.check("A query", items.count, atMost: 100, unit: "items", advice: advice)
        let names = items.reduce(0) { $0 + $1.types.count + $1.tags.count }
        try LedgerLimits.check("A query", names, atMost: 400, unit: "types and tags", advice: advice)
        for item in items {
            guard item != Item() else {
                throw LedgerError(
                    .invalidValue,
                    "An item of a query names neither types nor tags. Name some, or use '.all' for every event."
                )
            }
            for type in item.types { try type.validate() }
            for tag in item.tags { try tag.validate() }
        }
    }
}
