import EventLedger

/// The queries for events of a partition. All of them are by position, or by what rises with it.
struct FirestoreEventQuery: Sendable {
    let partition: FirestorePartition

    init(_ partition: FirestorePartition) { self.partition = partition }

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
    ///   - behind: Not this one.
    ///   - last: This one included; unbounded where it is `nil`.
    func query(
        _ filter: Filter, behind: Position, through last: Position?, backwards: Bool = false, limit: Int
    ) -> FirestoreQuery {
        var filters: [FirestoreFilter] = [.field("partition", .equal, .integer(Int64(partition.number)))]
        filters += filter.filters
        filters.append(.field("position", .greater, .integer(behind.rawValue)))
        if let last { filters.append(.field("position", .lessOrEqual, .integer(last.rawValue))) }
        return FirestoreQuery(
            "events", where: .and(filters), order: [.init("position", descending: backwards)], limit: limit
        )
    }

    /// Runs a query for events.
    func run(_ query: FirestoreQuery, at readTime: String? = nil) async throws -> [FirestoreEvent] {
        try await partition.database.run(
            query, below: partition.paths.root, at: readTime, resource: partition.resource
        ).map { try FirestoreEvent($0) }
    }

    /// The events from a position on, in order.
    func events(from first: Int64, atMost count: Int, at readTime: String?) async throws -> [FirestoreEvent] {
        try await run(
            query(Self.filter(of: .all), behind: Position(first - 1), through: nil, limit: count), at: readTime
        )
    }

    /// The position of the first event that a query means, between two positions; `nil` where there is none.
    func firstPosition(
        matching wanted: EventQuery, after position: Position, through last: Position, at readTime: String?
    ) async throws -> Position? {
        let filter = Self.filter(of: wanted.items.isEmpty ? .all : .query(wanted))
        let limit = filter.isExact ? 1 : 100
        var behind = max(position, .start)
        while behind < last {
            var query = query(filter, behind: behind, through: last, limit: limit)
            // What is compared here, and nothing that is large.
            query.select = ["position", "type", "tags"]
            let documents = try await partition.database.run(
                query, below: partition.paths.root, at: readTime, resource: partition.resource
            )
            for document in documents {
                let read = FirestoreFields(document)
                behind = Position(try read.integer("position"))
                let tags = try read.strings("tags").map { EventTag($0) }
                if wanted.matches(type: EventType(try read.string("type")), tags: tags) { return behind }
            }
            if documents.count < limit { return nil }
        }
        return nil
    }

    /// The position of the last event that was recorded before a time; 0 where there is none. Since `recordedAt` never
    /// decreases, a range of time is a range of positions.
    func lastPosition(before time: Timestamp) async throws -> Position {
        let query = FirestoreQuery(
            "events",
            where: .and([
                .field("partition", .equal, .integer(Int64(partition.number))),
                .field("recordedAt", .less, .integer(time.microseconds)),
            ]),
            order: [.init("recordedAt", descending: true), .init("position", descending: true)], limit: 1,
            select: ["position"]
        )
        return try await position(of: query)
    }

    /// The position of the last event of a stream up to a revision; 0 where there is none.
    func lastPosition(of stream: StreamName, through revision: Revision) async throws -> Position {
        let query = FirestoreQuery(
            "events",
            where: .and([
                .field("partition", .equal, .integer(Int64(partition.number))),
                .field("stream", .equal, .string(stream.rawValue)),
                .field("revision", .lessOrEqual, .integer(revision.rawValue)),
            ]),
            order: [.init("revision", descending: true)], limit: 1, select: ["position"]
        )
        return try await position(of: query)
    }

    private func position(of query: FirestoreQuery) async throws -> Position {
        let found = try await partition.database.run(
            query, below: partition.paths.root, resource: partition.resource
        )
        return try found.first.map { Position(try FirestoreFields($0).integer("position")) } ?? .start
    }
}
