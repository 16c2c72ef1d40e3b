import EventLedger

extension ReadSession {
    func tasks(_ query: TaskQuery) throws -> TaskPage {
        var conditions: [String] = []
        var values: [SQLiteValue] = []
        if let queue = query.queue {
            conditions.append("q.name = ?")
            values.append(.text(queue.rawValue))
        }
        if !query.states.isEmpty {
            conditions.append("t.state IN (\(query.states.map { "\($0.stored)" }.sorted().joined(separator: ", ")))")
        }
        if let cursor = query.cursor {
            conditions.append("(q.name, t.name, t.generation) > (?, ?, ?)")
            values += [.text(cursor.queue.rawValue), .text(cursor.name.rawValue), .integer(Int64(cursor.generation))]
        }
        let filter = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        var records: [TaskRecord] = []
        try connection.query(
            """
            SELECT \(TaskRow.columns), q.name FROM tasks t JOIN queues q ON q.id = t.queue_id \(filter)
            ORDER BY q.name, t.name, t.generation LIMIT \(query.limit + 1)
            """,
            values
        ) { row in
            records.append(try TaskRow(row, queue: QueueName(row.text(17))).record)
            return true
        }
        let page = Array(records.prefix(query.limit))
        return TaskPage(tasks: page, next: records.count > query.limit ? page.last?.key : nil)
    }

    func queueStatistics(now: Timestamp) throws -> [QueueStatistics] {
        try connection.snapshot {
            var statistics: [QueueStatistics] = []
            try connection.query(
                """
                SELECT q.name, q.is_paused,
                    count(*) FILTER (WHERE t.state = 0 AND t.scheduled_at <= ?1),
                    count(*) FILTER (WHERE t.state = 0 AND t.scheduled_at > ?1),
                    count(*) FILTER (WHERE t.state = 1),
                    count(*) FILTER (WHERE t.state = 2),
                    count(*) FILTER (WHERE t.state = 3),
                    min(t.scheduled_at) FILTER (WHERE t.state = 0 AND t.scheduled_at <= ?1)
                FROM queues q LEFT JOIN tasks t ON t.queue_id = q.id GROUP BY q.id ORDER BY q.name
                """,
                [.integer(now.microseconds)]
            ) { row in
                statistics.append(
                    QueueStatistics(
                        queue: QueueName(row.text(0)), isPaused: row.int(1) != 0, ready: Int(row.int(2)),
                        scheduled: Int(row.int(3)), leased: Int(row.int(4)), done: Int(row.int(5)),
                        dead: Int(row.int(6)),
                        oldestReadyAt: row.optionalInt(7).map { Timestamp(microseconds: $0) }
                    )
                )
                return true
            }
            return statistics
        }
    }

    func configuration(of queue: QueueName) throws -> QueueConfiguration {
        let bytes = try connection.first(
            "SELECT configuration FROM queues WHERE name = ?1 AND configuration IS NOT NULL", [.text(queue.rawValue)]
        ) { $0.bytes(0) }
        return try bytes.map { try JSONText(stored: $0).decode() } ?? QueueConfiguration()
    }

    /// When a task of the queues may be leasable next: the earliest of what waits and of leases that may expire, not before
    /// the queue's next token.
    func nextTaskTime(in queues: [QueueName]) throws -> Timestamp? {
        try connection.snapshot {
            var next: Timestamp?
            for name in queues {
                let row = try connection.first(
                    """
                    SELECT is_paused, configuration, tokens, updated_at,
                        (SELECT min(scheduled_at) FROM tasks WHERE queue_id = q.id AND state = 0),
                        (SELECT min(lease_expires_at) FROM tasks WHERE queue_id = q.id AND state = 1),
                        (SELECT count(*) FROM tasks WHERE queue_id = q.id AND state = 1)
                    FROM queues q WHERE name = ?1
                    """,
                    [.text(name.rawValue)]
                ) { row in
                    (
                        isPaused: row.int(0) != 0,
                        configuration: row.isNull(1)
                            ? QueueConfiguration() : try JSONText(stored: row.bytes(1)).decode(),
                        bucket: TokenBucket(tokens: row.double(2), updatedAt: Timestamp(microseconds: row.int(3))),
                        waiting: row.optionalInt(4), leased: row.optionalInt(5), leases: Int(row.int(6))
                    )
                }
                guard let row, !row.isPaused else { continue }
                var times: [Timestamp] = row.leased.map { [Timestamp(microseconds: $0)] } ?? []
                if let waiting = row.waiting, row.leases < row.configuration.concurrentDispatches ?? .max {
                    times.append(max(Timestamp(microseconds: waiting), row.bucket.nextToken(for: row.configuration)))
                }
                for time in times { next = min(next ?? time, time) }
            }
            return next
        }
    }
}
