import EventLedger

/// SQL for the events that a query means, in order, each branch bounded and served by one index.
struct PositionQuery {
    /// One index to walk along.
    private struct Branch {
        /// The table with the index, and what is joined to it.
        let source: String
        /// The same with the events' own rows, as `e`.
        let eventSource: String
        let condition: String
        /// The position.
        let column: String
        let values: [SQLiteValue]
    }

    private let branches: [Branch]

    /// - Parameters:
    ///   - query: Which events; it has items.
    ///   - connection: Where names are looked up. A name that the file does not know matches nothing.
    ///   - lower: Behind which position is going to be looked.
    init(_ query: EventQuery, after lower: Int64, connection: SQLiteConnection) throws {
        func id(_ name: some LedgerName, in table: String) throws -> Int64? {
            try connection.first("SELECT id FROM \(table) WHERE name = ?1", [.text(name.rawValue)]) { $0.int(0) }
        }
        var branches: [Branch] = []
        for item in query.items {
            let types = try item.types.sorted().compactMap { try id($0, in: "types") }
            if !item.types.isEmpty && types.isEmpty { continue }
            let tags = try item.tags.sorted().map { try id($0, in: "tags") }
            guard !tags.isEmpty else {
                branches += types.map { type in
                    Branch(
                        source: "events e", eventSource: "events e", condition: "e.type_id = ?", column: "e.position",
                        values: [.integer(type)]
                    )
                }
                continue
            }
            var known = tags.compactMap { $0 }
            guard known.count == tags.count else { continue }
            // The walk is along the rarest tag; the others are probed.
            if known.count > 1 { known = try Self.sortedByCount(known, after: lower, connection) }
            let first = known[0]
            let eventSource = "event_tags t CROSS JOIN events e ON e.position = t.position"
            var condition = "t.tag_id = ?"
            for _ in known.dropFirst() {
                condition += " AND EXISTS (SELECT 1 FROM event_tags o WHERE o.tag_id = ? AND o.position = t.position)"
            }
            if !types.isEmpty {
                condition += " AND e.type_id IN (\(types.map { _ in "?" }.joined(separator: ", ")))"
            }
            branches.append(
                Branch(
                    source: types.isEmpty ? "event_tags t" : eventSource, eventSource: eventSource,
                    condition: condition, column: "t.position",
                    values: ([first] + known.dropFirst() + types).map(SQLiteValue.integer)
                )
            )
        }
        self.branches = branches
    }

    private static func sortedByCount(
        _ tags: [Int64], after lower: Int64, _ connection: SQLiteConnection
    ) throws -> [Int64] {
        let counts = try tags.map { tag in
            try connection.first(
                "SELECT count(*) FROM (SELECT 1 FROM event_tags WHERE tag_id = ?1 AND position > ?2 LIMIT 200)",
                [.integer(tag), .integer(lower)]
            ) { $0.int(0) } ?? 0
        }
        return zip(tags, counts).sorted { $0.1 < $1.1 }.map(\.0)
    }

    /// Whether nothing can match.
    var isEmpty: Bool { branches.isEmpty }

    /// SQL for the positions.
    ///
    /// - Parameters:
    ///   - lower: Positions above this.
    ///   - upper: Positions up to this.
    ///   - descending: Whether the highest come first.
    ///   - limit: At most so many.
    func sql(after lower: Int64, through upper: Int64, descending: Bool, limit: Int) -> (
        text: String, values: [SQLiteValue]
    ) {
        let order = descending ? "DESC" : "ASC"
        var values: [SQLiteValue] = []
        let parts = branches.map { branch in
            values += branch.values + [.integer(lower), .integer(upper), .integer(Int64(limit))]
            let walk = Self.walk(along: branch, from: branch.source, order: order)
            return "SELECT position FROM (SELECT \(branch.column) AS position \(walk))"
        }
        guard parts.count > 1 else { return (parts.first ?? "SELECT 0 AS position WHERE 0", values) }
        values.append(.integer(Int64(limit)))
        return (parts.joined(separator: " UNION ") + " ORDER BY position \(order) LIMIT ?", values)
    }

    /// SQL for the events themselves, where one index leads to all of them: their rows come in order, and none is sorted.
    ///
    /// - Parameters:
    ///   - columns: Columns of `events e`.
    ///   - lower: Positions above this.
    ///   - upper: Positions up to this.
    ///   - descending: Whether the highest come first.
    ///   - limit: At most so many.
    /// - Returns: `nil` where there are several indexes to walk along.
    func eventSQL(_ columns: String, after lower: Int64, through upper: Int64, descending: Bool, limit: Int) -> (
        text: String, values: [SQLiteValue]
    )? {
        guard branches.count == 1, let branch = branches.first else { return nil }
        let walk = Self.walk(along: branch, from: branch.eventSource, order: descending ? "DESC" : "ASC")
        let values = branch.values + [.integer(lower), .integer(upper), .integer(Int64(limit))]
        return ("SELECT \(columns) \(walk)", values)
    }

    private static func walk(along branch: Branch, from source: String, order: String) -> String {
        let column = branch.column
        return "FROM \(source) WHERE \(branch.condition) AND \(column) > ? AND \(column) <= ? "
            + "ORDER BY \(column) \(order) LIMIT ?"
    }
}

extension WriteSession {
    /// The first event behind a position that a condition forbids.
    func firstPosition(matching query: EventQuery, after position: Position) throws -> Position? {
        guard head > position.rawValue else { return nil }
        if query.items.isEmpty { return Position(position.rawValue + 1) }
        let positions = try PositionQuery(query, after: position.rawValue, connection: connection)
        guard !positions.isEmpty else { return nil }
        let (sql, values) = positions.sql(after: position.rawValue, through: .max, descending: false, limit: 1)
        return try connection.first(sql, values) { Position($0.int(0)) }
    }
}
