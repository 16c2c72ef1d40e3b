import EventLedger

/// The queries for events of a partition. All of them are by position, or by what rises with it.
struct FirestoreEventQuery: Sendable {
    let partition: FirestorePartition

    init(_ partition: FirestorePartition) { self.partition = partition }

    /// Runs a query for events.
    func run(_ query: FirestoreQuery, at readTime: String? = nil) async throws -> [FirestoreEvent] {
        try await partition.database.run(
            query, below: partition.paths.root, at: readTime, resource: partition.resource
        ).map { try FirestoreEvent($0) }
    }

    /// The events from a position on, in order.
    func events(from first: Int64, atMost count: Int, at readTime: String?) async throws -> [FirestoreEvent] {
        try await run(
            Self.query(
                Self.filter(of: .all), in: partition.number, behind: Position(first - 1), through: nil, limit: count),
            at: readTime
        )
    }

    /// The events of the commit whose first event has a position, in order.
    func commit(from first: Int64, at readTime: String?) async throws -> [FirestoreEvent] {
        var found: [FirestoreEvent] = []
        while true {
            // Few at a time: those of the next commits are read too, and each may be as large as a document can be.
            let page = try await events(from: first + Int64(found.count), atMost: 20, at: readTime)
            let own = page.prefix { $0.first == first }
            found += own
            if own.count < 20 { return found }
        }
    }

    /// The position of the first event that a query means, between two positions; `nil` where there is none.
    func firstPosition(
        matching wanted: EventQuery, after position: Position, through last: Position, at readTime: String?
    ) async throws -> Position? {
        let filter = Self.filter(of: wanted.items.isEmpty ? .all : .query(wanted))
        var limit = filter.isExact ? 1 : 100
        var behind = max(position, .start)
        while behind < last {
            var query = Self.query(filter, in: partition.number, behind: behind, through: last, limit: limit)
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
            // Little is sent of each, and a commit waits for the answer.
            limit = min(limit * 2, 1000)
        }
        return nil
    }

    /// The position of the last event that was recorded before a time; 0 where there is none. Since `recordedAt` never
    /// decreases, a range of time is a range of positions.
    func lastPosition(before time: Timestamp) async throws -> Position {
        try await position(of: Self.lastPosition(before: time, in: partition.number))
    }

    /// The position of the last event of a stream up to a revision; 0 where there is none.
    func lastPosition(of stream: StreamName, through revision: Revision) async throws -> Position {
        try await position(of: Self.lastPosition(of: stream, through: revision, in: partition.number))
    }

    private func position(of query: FirestoreQuery) async throws -> Position {
        let found = try await partition.database.run(
            query, below: partition.paths.root, resource: partition.resource
        )
        return try found.first.map { Position(try FirestoreFields($0).integer("position")) } ?? .start
    }
}
