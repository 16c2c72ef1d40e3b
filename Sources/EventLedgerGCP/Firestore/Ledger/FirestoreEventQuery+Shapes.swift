import EventLedger

// What is asked, without asking it.
extension FirestoreEventQuery {
    /// Firestore takes at most so many alternatives in a query.
    static let alternatives = 30

    /// What is asked of the server for a scope, and whether it answers nothing else.
    struct Filter: Hashable, Sendable {
        /// All of these.
        let filters: [FirestoreFilter]
        /// Whether what the server answers has to be looked at again.
        let isExact: Bool
    }

    /// One tag of each item is asked for, the others are compared here. What has too many alternatives for the server is
    /// read and compared here.
    static func filter(of scope: EventSelection.Scope) -> Filter {
        switch scope {
        case .all: Filter(filters: [], isExact: true)
        case .stream(let name):
            Filter(filters: [.field("stream", .equal, .string(name.rawValue))], isExact: true)
        case .category(let name):
            Filter(filters: [.field("category", .equal, .string(name.rawValue))], isExact: true)
        case .query(let query): filter(of: query)
        }
    }

    private static func filter(of query: EventQuery) -> Filter {
        let count = query.items.reduce(0) { $0 + max(1, $1.types.count) }
        guard count > 0 else { return Filter(filters: [], isExact: true) }
        guard count <= alternatives else { return Filter(filters: [], isExact: false) }
        let items = query.items.map { item -> FirestoreFilter in
            var parts: [FirestoreFilter] = []
            let types = item.types.sorted().map { FirestoreValue.string($0.rawValue) }
            if types.count == 1, let type = types.first { parts.append(.field("type", .equal, type)) }
            if types.count > 1 { parts.append(.field("type", .oneOf, .array(types))) }
            if let tag = item.tags.min() { parts.append(.field("tags", .contains, .string(tag.rawValue))) }
            return .and(parts)
        }
        return Filter(
            filters: [items.count == 1 ? items[0] : .or(items)],
            isExact: query.items.allSatisfy { $0.tags.count <= 1 }
        )
    }

    /// The query for events of a scope between two positions.
    ///
    /// - Parameters:
    ///   - partition: The number of the partition.
    ///   - behind: Not this one.
    ///   - last: This one included; unbounded where it is `nil`.
    static func query(
        _ filter: Filter, in partition: Int, behind: Position, through last: Position?, backwards: Bool = false,
        limit: Int
    ) -> FirestoreQuery {
        var filters = [isIn(partition)] + filter.filters
        filters.append(.field("position", .greater, .integer(behind.rawValue)))
        if let last { filters.append(.field("position", .lessOrEqual, .integer(last.rawValue))) }
        return FirestoreQuery(
            "events", where: .and(filters), order: [.init("position", descending: backwards)], limit: limit
        )
    }

    static func lastPosition(before time: Timestamp, in partition: Int) -> FirestoreQuery {
        FirestoreQuery(
            "events", where: .and([isIn(partition), .field("recordedAt", .less, .integer(time.microseconds))]),
            order: [.init("recordedAt", descending: true), .init("position", descending: true)], limit: 1,
            select: ["position"]
        )
    }

    static func lastPosition(of stream: StreamName, through revision: Revision, in partition: Int) -> FirestoreQuery {
        FirestoreQuery(
            "events",
            where: .and([
                isIn(partition), .field("stream", .equal, .string(stream.rawValue)),
                .field("revision", .lessOrEqual, .integer(revision.rawValue)),
            ]),
            order: [.init("revision", descending: true)], limit: 1, select: ["position"]
        )
    }

    private static func isIn(_ partition: Int) -> FirestoreFilter {
        .field("partition", .equal, .integer(Int64(partition)))
    }

    /// A query of each shape, so that it is known which indexes they need.
    static var shapes: [FirestoreQuery] {
        let scopes: [EventSelection.Scope] = [
            .all, .stream("a"), .category("a"), .query(EventQuery(types: ["a"])), .query(EventQuery(tags: ["a"])),
            .query(EventQuery(types: ["a", "b"], tags: ["a"])),
        ]
        let reading = [true, false].flatMap { backwards in
            scopes.map { query(filter(of: $0), in: 0, behind: 0, through: 1, backwards: backwards, limit: 1) }
        }
        return reading + [lastPosition(before: .distantFuture, in: 0), lastPosition(of: "a", through: 1, in: 0)]
    }
}
