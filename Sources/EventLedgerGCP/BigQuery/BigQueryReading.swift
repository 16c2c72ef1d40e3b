import EventLedger

/// One query for events of a selection, and the pages of its result.
struct BigQueryReading: Sendable {
    /// How many bytes of JSON a page is to have, by the average of the one before; of the first one BigQuery itself sends
    /// about 10 MB at the most.
    private static let bytesPerPage = 2_000_000

    private let selection: EventSelection
    /// Behind which position and up to which the query reads.
    private var after: Int64 = 0
    private var through: Int64 = 0
    /// Up to which position, or down to which where it is read backwards, the selection goes.
    private var end: Int64 = 0
    /// How many events the query brings at the most.
    private var limit = 0

    init(_ selection: EventSelection) { self.selection = selection }

    /// Asks.
    func firstPage(from reader: BigQueryReader) async throws -> EventPage {
        var reading = self
        try await reading.setBounds(reader)
        guard reading.through > reading.after, reading.limit > 0 else {
            return EventPage(
                events: [], checkpoint: Checkpoint(Position(max(reading.after, reading.through))), next: nil
            )
        }
        let (sql, parameters) = reading.statement(reader)
        let result = try await reader.client.query(
            sql, parameters, rows: reader.options.eventsPerPage, resource: reader.resource
        )
        return try reading.page(of: result, selection, reader)
    }

    private mutating func setBounds(_ reader: BigQueryReader) async throws {
        let lowerBound = selection.lowerBound ?? .start
        guard let lower = lowerBound.position?.rawValue else {
            throw LedgerError(
                .invalidValue,
                "The checkpoint '\(lowerBound)' is of a partitioned reader; this one reads one partition. Read from a "
                    + "checkpoint that it gave."
            )
        }
        after = max(0, lower)
        let known = reader.memory.head.position
        if let upper = selection.upperBound?.rawValue, upper <= known {
            through = upper
        } else {
            through = min(try await reader.contiguousHead(), selection.upperBound?.rawValue ?? .max)
        }
        if let latest = selection.latest, through > after { through = try await lastPosition(before: latest, reader) }
        through = max(through, after)
        end = selection.isBackwards ? after : through
        limit = min(selection.maximum ?? .max, max(1, reader.options.eventsPerQuery))
        // All events between two positions: the query need not look at more rows than it returns.
        if case .all = selection.scope, selection.earliest == nil, through - after > Int64(limit) {
            if selection.isBackwards { after = through - Int64(limit) } else { through = after + Int64(limit) }
        }
    }

    /// A range of times is a range of positions, since times never decrease.
    private func lastPosition(before time: Timestamp, _ reader: BigQueryReader) async throws -> Int64 {
        let sql = """
            SELECT MAX(position) AS position FROM `{{project}}.{{dataset}}.events`
            WHERE partition_id = @partition AND recorded_at >= @since AND recorded_at < @latest
            AND position > @after AND position <= @through
            """
        let parameters = bounds(reader) + [BigQueryParameter("latest", .timestamp(time))]
        let result = try await reader.client.query(sql, parameters, rows: 1, resource: reader.resource)
        let found = try result.rows { cells in cells.first.flatMap { BigQueryEventRow.integer($0) } }
        return found.first.flatMap { $0 } ?? after
    }

    private func bounds(_ reader: BigQueryReader) -> [BigQueryParameter] {
        let since = max(reader.memory.earliest(behind: after), selection.earliest ?? .distantPast)
        return [
            BigQueryParameter("partition", .integer(Int64(reader.partition))),
            BigQueryParameter("since", .timestamp(since)),
            BigQueryParameter("after", .integer(after)), BigQueryParameter("through", .integer(through)),
        ]
    }

    private func statement(_ reader: BigQueryReader) -> (sql: String, parameters: [BigQueryParameter]) {
        var parameters = bounds(reader)
        var conditions = [
            "partition_id = @partition", "position > @after", "position <= @through", "recorded_at >= @since",
        ]
        if let latest = reader.memory.latest(through: through) {
            conditions.append("recorded_at <= @until")
            parameters.append(BigQueryParameter("until", .timestamp(latest)))
        }
        if let condition = scopeCondition(&parameters) { conditions.append(condition) }
        if let revision = selection.revisionBound {
            conditions.append("revision > @revision")
            parameters.append(BigQueryParameter("revision", .integer(revision.rawValue)))
        }
        // Rows of one position that differ both come, and are told from one event that is there twice.
        let sql = """
            SELECT \(BigQueryEventRow.columns)
            FROM `{{project}}.{{dataset}}.events`
            WHERE \(conditions.joined(separator: "\n  AND "))
            QUALIFY ROW_NUMBER() OVER (PARTITION BY position, event_hash ORDER BY inserted_at) = 1
            ORDER BY position\(selection.isBackwards ? " DESC" : "")
            LIMIT \(limit)
            """
        return (sql, parameters)
    }

    private func scopeCondition(_ parameters: inout [BigQueryParameter]) -> String? {
        switch selection.scope {
        case .all: return nil
        case .stream(let name):
            parameters.append(BigQueryParameter("stream", .string(name.rawValue)))
            return "stream = @stream"
        case .category(let name):
            parameters.append(BigQueryParameter("category", .string(name.rawValue)))
            return "category = @category"
        case .query(let query):
            guard !query.items.isEmpty else { return nil }
            var alternatives: [String] = []
            for item in query.items {
                var conditions: [String] = []
                if !item.types.isEmpty {
                    let name = "p\(parameters.count)"
                    let types = item.types.map(\.rawValue).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
                    parameters.append(BigQueryParameter(name, .strings(types)))
                    conditions.append("type IN UNNEST(@\(name))")
                }
                for tag in item.tags.sorted() {
                    let name = "p\(parameters.count)"
                    parameters.append(BigQueryParameter(name, .string(tag.rawValue)))
                    conditions.append("@\(name) IN UNNEST(tags)")
                }
                alternatives.append("(\(conditions.joined(separator: " AND ")))")
            }
            return "(\(alternatives.joined(separator: " OR ")))"
        }
    }

    /// The page that some rows make, and where the next one is.
    ///
    /// - Parameter asked: The selection that the page was asked for.
    func page(of result: BigQueryResult, _ asked: EventSelection, _ reader: BigQueryReader) throws -> EventPage {
        let events = try result.rows { try BigQueryEventRow.event($0, table: reader.resource) }
        try check(events, reader)
        if let last = events.last {
            reader.memory.learn(.init(position: last.position.rawValue, recordedAt: last.recordedAt))
        }
        var next = asked
        next.maximum = asked.maximum.map { $0 - events.count }
        let hasMoreRows = result.pageToken != nil
        let isCut = result.totalRows >= limit
        let isWindow = selection.isBackwards ? after > end : through < end
        // How far this page reaches: to its last event, or where no more come, to where the query ended.
        let reached = hasMoreRows || isCut ? events.last?.position.rawValue : nil
        let isAtEnd = reached.map { selection.isBackwards ? $0 - 1 <= end : $0 >= end } ?? !isWindow
        let checkpoint: Checkpoint
        if selection.isBackwards {
            next.upperBound = Position(reached.map { $0 - 1 } ?? after)
            checkpoint = Checkpoint(Position(through))
        } else {
            next.lowerBound = Checkpoint(Position(reached ?? through))
            next.upperBound = Position(end)
            checkpoint = next.lowerBound ?? .start
        }
        guard !isAtEnd, next.maximum != 0 else {
            return EventPage(events: events, checkpoint: checkpoint, next: nil)
        }
        if let pageToken = result.pageToken {
            let fitting = Self.bytesPerPage / max(1, result.bytes.count / max(1, events.count))
            let place = BigQueryPlace(
                job: result.job, pageToken: pageToken, limit: min(reader.options.eventsPerPage, max(16, fitting)),
                reading: self
            )
            reader.memory.remember(place, for: next)
        }
        return EventPage(events: events, checkpoint: checkpoint, next: next)
    }

    private func check(_ events: [RecordedEvent], _ reader: BigQueryReader) throws {
        for (one, next) in zip(events, events.dropFirst()) where one.position == next.position {
            throw LedgerError(
                .corrupt,
                "\(reader.resource) holds two events of one position. Make the table anew from the ledger.",
                details: ["position": "\(one.position)"]
            )
        }
    }
}
