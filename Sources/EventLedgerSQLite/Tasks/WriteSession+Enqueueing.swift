import EventLedger

extension WriteSession {
    /// Enqueues a task within the transaction, unless its name is known.
    func enqueue(_ task: NewTask) throws -> EnqueuedTask {
        let queue = try queue(task.queue)
        let now = now(in: queue)
        let (holder, last) = try generations(of: task.name, in: queue, at: now)
        if let holder {
            let key = TaskKey(queue: task.queue, name: task.name, generation: holder)
            return EnqueuedTask(key: key, isDuplicate: true)
        }
        return EnqueuedTask(key: try insert(task, after: last, in: queue, at: now), isDuplicate: false)
    }

    /// Which generation has a name now, and the last one that is in the file: 0 for a new name. The holder is the latest that
    /// has not ended; where there is none, the latest that is remembered, unless it was cancelled.
    private func generations(
        of name: TaskName, in queue: Queue, at now: Timestamp
    ) throws -> (holder: Int?, last: Int) {
        let forgotten = now - queue.configuration.nameRetention
        var last = 0
        var living: Int?
        var remembered: (generation: Int, state: TaskState)?
        // As a rule there is one row, or none.
        try connection.query(
            "SELECT generation, state, finished_at FROM tasks WHERE queue_id = ?1 AND name = ?2 ORDER BY generation DESC",
            [.integer(queue.id), .text(name.rawValue)]
        ) { row in
            let generation = Int(row.int(0))
            last = max(last, generation)
            guard let finishedAt = row.optionalInt(2) else {
                living = generation
                return false
            }
            if remembered == nil, Timestamp(microseconds: finishedAt) > forgotten {
                remembered = (generation, TaskState(stored: row.int(1)))
            }
            return true
        }
        return (living ?? (remembered?.state == .cancelled ? nil : remembered?.generation), last)
    }

    /// Inserts a task as the generation after a known one. One of which there is a dead letter is left out: the letter may
    /// outlive its task, and that of the new task would take its place.
    ///
    /// - Returns: The task's key.
    private func insert(
        _ task: NewTask, after known: Int, in queue: Queue, at now: Timestamp
    ) throws -> TaskKey {
        var key = TaskKey(queue: task.queue, name: task.name, generation: known + 1)
        while try connection.deadLetter(DeadLetterID(of: key)) != nil {
            key = TaskKey(queue: key.queue, name: key.name, generation: key.generation + 1)
        }
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
        return key
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
        _ = try insert(task, after: max(last ?? 0, key.generation), in: queue, at: now(in: queue))
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
