import EventLedger

extension ReadSession {
    /// One page of the tasks that are meant, queue after queue: within a queue, the index of names leads to where the page
    /// begins, so that a page costs the same wherever it stands.
    func tasks(_ query: TaskQuery) throws -> TaskPage {
        try connection.snapshot {
            var records: [TaskRecord] = []
            for (id, name) in try queues(of: query) where records.count <= query.limit {
                let cursor = query.cursor.flatMap { $0.queue == name ? $0 : nil }
                let rest = query.limit + 1 - records.count
                let (sql, values) = Self.sql(for: query.states, in: id, behind: cursor, limit: rest)
                try connection.query(sql, values) { row in
                    records.append(try TaskRow(row, queue: name).record)
                    return true
                }
            }
            let page = Array(records.prefix(query.limit))
            return TaskPage(tasks: page, next: records.count > query.limit ? page.last?.key : nil)
        }
    }

    private static func sql(
        for states: Set<TaskState>, in queue: Int64, behind cursor: TaskKey?, limit: Int
    ) -> (String, [SQLiteValue]) {
        var sql = "SELECT \(TaskRow.columns) FROM tasks t WHERE t.queue_id = ?1"
        var values: [SQLiteValue] = [.integer(queue), .integer(Int64(limit))]
        if !states.isEmpty {
            sql += " AND t.state IN (\(states.map { "\($0.stored)" }.sorted().joined(separator: ", ")))"
        }
        if let cursor {
            sql += " AND (t.name, t.generation) > (?3, ?4)"
            values += [.text(cursor.name.rawValue), .integer(Int64(cursor.generation))]
        }
        return (sql + " ORDER BY t.name, t.generation LIMIT ?2", values)
    }

    /// The queues whose tasks are meant, by name, from that of the cursor on.
    private func queues(of query: TaskQuery) throws -> [(id: Int64, name: QueueName)] {
        var queues: [(id: Int64, name: QueueName)] = []
        let first = query.cursor?.queue.rawValue ?? ""
        var sql = "SELECT id, name FROM queues WHERE name >= ?1"
        var values: [SQLiteValue] = [.text(first)]
        if let queue = query.queue {
            sql += " AND name = ?2"
            values.append(.text(queue.rawValue))
        }
        try connection.query(sql + " ORDER BY name", values) { row in
            queues.append((row.int(0), QueueName(row.text(1))))
            return true
        }
        return queues
    }

    func queueStatistics(now: Timestamp) throws -> [QueueStatistics] {
        try connection.snapshot {
            try queues(of: TaskQuery()).compactMap { try statistics(of: $0.name, id: $0.id, now: now) }
        }
    }

    private func statistics(of queue: QueueName, id: Int64, now: Timestamp) throws -> QueueStatistics? {
        let isPaused = try connection.first("SELECT is_paused FROM queues WHERE id = ?1", [.integer(id)]) {
            $0.int(0) != 0
        }
        let forgotten = now - (try configuration(of: queue).nameRetention)
        return try connection.first(
            """
            SELECT count(*) FILTER (WHERE t.state = 0 AND t.scheduled_at <= ?2),
                count(*) FILTER (WHERE t.state = 0 AND t.scheduled_at > ?2),
                count(*) FILTER (WHERE t.state = 1),
                count(*) FILTER (WHERE t.state = 2 AND t.finished_at > ?3),
                count(*) FILTER (WHERE t.state = 3 AND t.finished_at > ?3),
                min(t.scheduled_at) FILTER (WHERE t.state = 0 AND t.scheduled_at <= ?2)
            FROM tasks t WHERE t.queue_id = ?1
            """,
            [.integer(id), .integer(now.microseconds), .integer(forgotten.microseconds)]
        ) { row in
            QueueStatistics(
                queue: queue, isPaused: isPaused ?? false, ready: Int(row.int(0)), scheduled: Int(row.int(1)),
                leased: Int(row.int(2)), done: Int(row.int(3)), dead: Int(row.int(4)),
                oldestReadyAt: row.optionalInt(5).map { Timestamp(microseconds: $0) }
            )
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
