import EventLedger

extension WriteSession {
    /// A queue's row.
    struct Queue {
        let id: Int64
        let name: QueueName
        var isPaused: Bool
        var configuration: QueueConfiguration
        var bucket: TokenBucket
    }

    /// The queue with a name; it is made where it does not exist.
    func queue(_ name: QueueName) throws -> Queue {
        if let queue = try existingQueue(name) { return queue }
        let configuration = QueueConfiguration()
        let bucket = TokenBucket(tokens: Double(configuration.burst), updatedAt: clock.now)
        try connection.run(
            "INSERT INTO queues(name, is_paused, tokens, updated_at) VALUES (?1, 0, ?2, ?3)",
            [.text(name.rawValue), .real(bucket.tokens), .integer(bucket.updatedAt.microseconds)]
        )
        return Queue(
            id: connection.lastInsertedRowID, name: name, isPaused: false, configuration: configuration, bucket: bucket
        )
    }

    func existingQueue(_ name: QueueName) throws -> Queue? {
        try connection.first(
            "SELECT id, is_paused, configuration, tokens, updated_at FROM queues WHERE name = ?1",
            [.text(name.rawValue)]
        ) { row in
            Queue(
                id: row.int(0), name: name, isPaused: row.int(1) != 0,
                configuration: row.isNull(2) ? QueueConfiguration() : try configuration(stored: row.bytes(2)),
                bucket: TokenBucket(tokens: row.double(3), updatedAt: Timestamp(microseconds: row.int(4)))
            )
        }
    }

    /// Decoding a configuration costs more than leasing a task, so each is decoded once.
    private func configuration(stored bytes: [UInt8]) throws -> QueueConfiguration {
        if let known = configurations[bytes] { return known }
        if configurations.count >= 1000 { configurations = [:] }
        let decoded = try JSONText(stored: bytes).decode(QueueConfiguration.self)
        configurations[bytes] = decoded
        return decoded
    }

    /// The time in a queue: it never runs backwards, whatever the clocks of the processes say.
    func now(in queue: Queue) -> Timestamp { max(clock.now, queue.bucket.updatedAt) }

    func setPaused(_ name: QueueName, _ isPaused: Bool) throws {
        let queue = try queue(name)
        try connection.run(
            "UPDATE queues SET is_paused = ?2 WHERE id = ?1", [.integer(queue.id), .integer(isPaused ? 1 : 0)]
        )
        changedTasks = true
    }

    func configure(_ name: QueueName, _ configuration: QueueConfiguration) throws {
        var queue = try queue(name)
        let now = now(in: queue)
        // What was saved up under the old rate counts; a queue that had none starts with a full bucket.
        if queue.configuration.dispatchesPerSecond == nil {
            queue.bucket.tokens = Double(configuration.burst)
        } else {
            _ = queue.bucket.refill(for: queue.configuration, now: now)
        }
        queue.bucket.tokens = min(queue.bucket.tokens, Double(configuration.burst))
        queue.bucket.updatedAt = now
        try connection.run(
            "UPDATE queues SET configuration = ?2 WHERE id = ?1",
            [.integer(queue.id), .blob(try JSONText(encoding: configuration).bytes)]
        )
        try store(queue.bucket, of: queue)
        changedTasks = true
    }

    func store(_ bucket: TokenBucket, of queue: Queue) throws {
        try connection.run(
            "UPDATE queues SET tokens = ?2, updated_at = ?3 WHERE id = ?1",
            [.integer(queue.id), .real(bucket.tokens), .integer(bucket.updatedAt.microseconds)]
        )
    }
}
