import EventLedger

extension ReadSession {
    /// How much one page may hold. A projection that writes a document for each event still makes one commit of a page, with
    /// its checkpoint.
    private static let pageCount = LedgerLimits.writesPerCommit - 10, pageBytes = 1024 * 1024

    /// The bounds of a selection, as positions of this file.
    private struct Bounds {
        var lower: Int64
        var upper: Int64
        var isEmpty: Bool { lower >= upper }
    }

    /// Reads one page; everything in it is one state of the file.
    func page(_ selection: EventSelection) throws -> EventPage {
        try connection.snapshot { try pageInSnapshot(selection) }
    }

    private func pageInSnapshot(_ selection: EventSelection) throws -> EventPage {
        let bounds = try bounds(of: selection)
        let end = Checkpoint(Position(max(bounds.upper, selection.lowerBound?.position?.rawValue ?? 0)))
        let count = min(Self.pageCount, selection.maximum ?? .max)
        guard count > 0 else {
            return EventPage(events: [], checkpoint: selection.lowerBound ?? .start, next: nil)
        }
        guard !bounds.isEmpty, let plan = try plan(for: selection, bounds, limit: count + 1) else {
            return EventPage(events: [], checkpoint: end, next: nil)
        }
        var events: [RecordedEvent] = []
        if case .all = selection.scope { events.reserveCapacity(min(count, Int(bounds.upper - bounds.lower))) }
        var bytes = 0
        var isExhausted = true
        try run(plan) { row in
            guard events.count < count, bytes < Self.pageBytes else {
                isExhausted = false
                return false
            }
            let event = try event(row)
            bytes += event.data.bytes.count
            events.append(event)
            return true
        }
        guard !isExhausted, let last = events.last else {
            return EventPage(events: events, checkpoint: end, next: nil)
        }
        return EventPage(
            events: events, checkpoint: Checkpoint(last.position),
            next: next(selection, after: last, count: events.count)
        )
    }

    private func next(_ selection: EventSelection, after last: RecordedEvent, count: Int) -> EventSelection? {
        var next = selection
        if let maximum = selection.maximum {
            guard maximum > count else { return nil }
            next.maximum = maximum - count
        }
        if selection.isBackwards {
            next.upperBound = Position(last.position.rawValue - 1)
        } else {
            next.lowerBound = Checkpoint(last.position)
            if case .stream = selection.scope { next.revisionBound = last.revision }
        }
        return next
    }

    private static let columns = """
        e.position, e.stream_id, e.revision, e.type_id, e.schema_version, e.event_id, e.occurred_at, e.recorded_at, e.tags,
        e.metadata, e.hash, e.data
        """

    private func event(_ row: SQLiteStatement) throws -> RecordedEvent {
        let recordedAt = Timestamp(microseconds: row.int(7))
        return RecordedEvent(
            position: Position(row.int(0)), stream: try streamName(row.int(1)), revision: Revision(row.int(2)),
            id: row.eventID(5), type: try typeName(row.int(3)), schemaVersion: Int(row.int(4)),
            data: JSONText(stored: row.bytes(11)), tags: row.withBytes(8, TagList.decode),
            occurredAt: row.optionalInt(6).map { Timestamp(microseconds: $0) } ?? recordedAt, recordedAt: recordedAt,
            encodedMetadata: row.isNull(9) ? .emptyObject : JSONText(stored: row.bytes(9)),
            hash: row.withBytes(10) { EventHash(copying: $0) } ?? .zero
        )
    }

    private static let eventAtPosition = "SELECT \(columns) FROM events e WHERE e.position = ?1"

    /// The event at a position, if there is one.
    func event(at position: Position) throws -> RecordedEvent? {
        try connection.first(Self.eventAtPosition, [.integer(position.rawValue)]) { try event($0) }
    }

    /// How the rows of a page are got at, in order.
    private enum PagePlan {
        /// One statement gives the rows.
        case rows(String, [SQLiteValue])
        /// Several indexes lead to the events: one statement gives the positions, and each row is read by its own. If SQLite
        /// were to bring whole rows in order, it would hold all of them, however large they are.
        case positions(String, [SQLiteValue])
    }

    /// Gives each row to a closure, until it returns false.
    private func run(_ plan: PagePlan, _ row: (SQLiteStatement) throws -> Bool) throws {
        switch plan {
        case .rows(let sql, let values): try connection.query(sql, values, row)
        case .positions(let sql, let values):
            var positions: [Int64] = []
            try connection.query(sql, values) { found in
                positions.append(found.int(0))
                return true
            }
            for position in positions {
                let goesOn = try connection.first(Self.eventAtPosition, [.integer(position)]) { try row($0) }
                guard goesOn ?? true else { return }
            }
        }
    }

    /// The way to a page; `nil` where nothing can match.
    private func plan(for selection: EventSelection, _ bounds: Bounds, limit: Int) throws -> PagePlan? {
        let order = selection.isBackwards ? "DESC" : "ASC"
        let range: [SQLiteValue] = [.integer(bounds.lower), .integer(bounds.upper), .integer(Int64(limit))]
        switch selection.scope {
        case .all, .query(.all):
            let sql = """
                SELECT \(Self.columns) FROM events e WHERE e.position > ?1 AND e.position <= ?2
                ORDER BY e.position \(order) LIMIT ?3
                """
            return .rows(sql, range)
        case .category(let name):
            guard let id = try id(of: name, in: "categories") else { return nil }
            let sql = """
                SELECT \(Self.columns) FROM events e WHERE e.category_id = ?4 AND e.position > ?1 AND e.position <= ?2
                ORDER BY e.position \(order) LIMIT ?3
                """
            return .rows(sql, range + [.integer(id)])
        case .stream(let name):
            guard let id = try id(of: name, in: "streams") else { return nil }
            // Within a stream, revisions rise with positions, so the range of positions is a range of revisions.
            let below = try revision(in: id, atOrBelow: bounds.lower)
            let lower = max(below, selection.revisionBound?.rawValue ?? 0)
            let upper = try revision(in: id, atOrBelow: bounds.upper)
            guard lower < upper else { return nil }
            let sql = """
                SELECT \(Self.columns) FROM events e WHERE e.stream_id = ?4 AND e.revision > ?1 AND e.revision <= ?2
                ORDER BY e.revision \(order) LIMIT ?3
                """
            return .rows(sql, [.integer(lower), .integer(upper), .integer(Int64(limit)), .integer(id)])
        case .query(let query):
            let positions = try PositionQuery(query, after: bounds.lower, connection: connection)
            guard !positions.isEmpty else { return nil }
            let rows = positions.eventSQL(
                Self.columns, after: bounds.lower, through: bounds.upper, descending: selection.isBackwards,
                limit: limit
            )
            if let rows { return .rows(rows.text, rows.values) }
            let (sql, values) = positions.sql(
                after: bounds.lower, through: bounds.upper, descending: selection.isBackwards, limit: limit
            )
            return .positions(sql, values)
        }
    }

    private func id(of name: some LedgerName, in table: String) throws -> Int64? {
        try connection.first("SELECT id FROM \(table) WHERE name = ?1", [.text(name.rawValue)]) { $0.int(0) }
    }

    func head() throws -> Int64 {
        try connection.first("SELECT max(position) FROM events") { $0.int(0) } ?? 0
    }

    private func bounds(of selection: EventSelection) throws -> Bounds {
        var bounds = Bounds(lower: 0, upper: try head())
        if let lower = selection.lowerBound {
            guard let position = lower.position else {
                throw LedgerError(
                    .invalidValue,
                    "The checkpoint '\(lower)' is of a partitioned ledger; this one is whole. Start anew."
                )
            }
            bounds.lower = position.rawValue
        }
        if let upper = selection.upperBound { bounds.upper = min(bounds.upper, upper.rawValue) }
        // recordedAt never decreases, so a range of time is a range of positions.
        if let earliest = selection.earliest {
            bounds.lower = max(bounds.lower, try lastPosition(recordedBefore: earliest, head: bounds.upper))
        }
        if let latest = selection.latest {
            bounds.upper = min(bounds.upper, try lastPosition(recordedBefore: latest, head: bounds.upper))
        }
        return bounds
    }

    /// The last position recorded before a time, by halving.
    private func lastPosition(recordedBefore time: Timestamp, head: Int64) throws -> Int64 {
        try lastIndex(through: head) { position in
            try connection.first(
                "SELECT recorded_at < ?2 FROM events WHERE position = ?1",
                [.integer(position), .integer(time.microseconds)]
            ) { $0.int(0) != 0 } ?? false
        }
    }

    /// The last revision of a stream that stands at or below a position, by halving.
    private func revision(in stream: Int64, atOrBelow position: Int64) throws -> Int64 {
        guard position > 0 else { return 0 }
        let last = try connection.first("SELECT max(revision) FROM events WHERE stream_id = ?1", [.integer(stream)]) {
            $0.int(0)
        }
        let holds = { (revision: Int64) in
            try self.connection.first(
                "SELECT position <= ?3 FROM events WHERE stream_id = ?1 AND revision = ?2",
                [.integer(stream), .integer(revision), .integer(position)]
            ) { $0.int(0) != 0 } ?? false
        }
        // Most reads are bounded by the ledger's end, which the last revision tells at once.
        guard let last, last > 0, !(try holds(last)) else { return last ?? 0 }
        return try lastIndex(through: last, holds)
    }

    /// The last of 1…n for which something holds that holds for a first part of them; 0 where it holds for none.
    private func lastIndex(through last: Int64, _ holds: (Int64) throws -> Bool) throws -> Int64 {
        var low: Int64 = 0, high = last
        while low < high {
            let middle = (low + high + 1) / 2
            if try holds(middle) { low = middle } else { high = middle - 1 }
        }
        return low
    }
}
