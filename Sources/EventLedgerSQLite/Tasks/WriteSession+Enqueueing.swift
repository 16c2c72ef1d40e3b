import EventLedger

extension WriteSession {
    /// Enqueues a task within the transaction, unless its name is known.
    func enqueue(_ task: NewTask) throws -> EnqueuedTask {
        let queue = try queue(task.queue)
        let now = now(in: queue)
        let last = try connection.first(
            "SELECT generation, state, finished_at FROM tasks WHERE queue_id = ?1 AND name = ?2 ORDER BY generation DESC LIMIT 1",
            [.integer(queue.id), .text(task.name.rawValue)]
        ) { (generation: Int($0.int(0)), state: TaskState(stored: $0.int(1)), finishedAt: $0.optionalInt(2)) }
        if let last {
            let isForgotten =
                switch last.state {
                case .waiting, .leased: false
                case .cancelled: true
                case .done, .dead:
                    Timestamp(microseconds: last.finishedAt ?? 0) + queue.configuration.nameRetention <= now
                }
            guard isForgotten else {
                let key = TaskKey(queue: task.queue, name: task.name, generation: last.generation)
                return EnqueuedTask(key: key, isDuplicate: true)
            }
        }
        var key = TaskKey(queue: task.queue, name: task.name, generation: (last?.generation ?? 0) + 1)
        // The letter of a forgotten task outlives it, and keeps its generation to itself.
        while last == nil, try connection.deadLetter(DeadLetterID(of: key)) != nil {
            key = TaskKey(queue: key.queue, name: key.name, generation: key.generation + 1)
        }
        try insert(task, as: key, in: queue, at: now)
        return EnqueuedTask(key: key, isDuplicate: false)
    }

    private func insert(_ task: NewTask, as key: TaskKey, in queue: Queue, at now: Timestamp) throws {
        let statement = try connection.statement(
            """
            INSERT INTO tasks(
                queue_id, name, generation, kind, state, attempts, fencing_token, enqueued_at, scheduled_at, headers, retry, payload
            ) VALUES (?1, ?2, ?3, ?4, 0, 0, 0, ?5, ?6, ?7, ?8, ?9)
            """
        )
        defer { statement.reset() }
        statement.bind(queue.id, at: 1)
        statement.bind(key.name, at: 2)
        statement.bind(Int64(key.generation), at: 3)
        statement.bind(task.kind, at: 4)
        statement.bind(now.microseconds, at: 5)
        statement.bind(task.schedule.time(from: now).microseconds, at: 6)
        statement.bind(task.headers.isEmpty ? nil : task.headers.canonicalBytes, at: 7)
        statement.bind(try task.retry.map { try JSONText(encoding: $0).bytes }, at: 8)
        statement.bind(task.payload.bytes, at: 9)
        _ = try statement.step()
        changedTasks = true
    }

    /// Enqueues a dead task anew, as the next generation of its name, whether or not the name is taken.
    func enqueueAgain(_ letter: DeadLetter, key: TaskKey) throws {
        let queue = try queue(key.queue)
        let last = try connection.first(
            "SELECT max(generation) FROM tasks WHERE queue_id = ?1 AND name = ?2",
            [.integer(queue.id), .text(key.name.rawValue)]
        ) { Int($0.int(0)) }
        let task = NewTask(
            kind: TaskKind(letter.type), payload: JSONText(stored: Array(letter.payload.utf8)), named: key.name,
            in: key.queue, headers: letter.headers, retry: letter.retry
        )
        try task.validate()
        let generation = max(last ?? 0, key.generation) + 1
        try insert(
            task, as: TaskKey(queue: key.queue, name: key.name, generation: generation), in: queue, at: now(in: queue)
        )
    }

    func cancel(_ name: TaskName, in queueName: QueueName) throws -> Bool {
        guard let queue = try existingQueue(queueName) else { return false }
        try rescue(in: queue, at: now(in: queue))
        try connection.run(
            "UPDATE tasks SET state = 4, finished_at = ?3 WHERE queue_id = ?1 AND name = ?2 AND state = 0",
            [.integer(queue.id), .text(name.rawValue), .integer(now(in: queue).microseconds)]
        )
        guard connection.changes > 0 else { return false }
        changedTasks = true
        return true
    }
}
