import EventLedger

extension WriteSession {
    /// Leases tasks that may run now, the longest waiting first.
    func lease(
        from names: [QueueName], limit: Int, for duration: Duration, worker: WorkerName
    ) throws -> [LeasedTask] {
        var candidates: [(task: TaskRow, now: Timestamp)] = []
        var queues: [Int64: Queue] = [:]
        for name in Set(names).sorted() {
            guard var queue = try existingQueue(name) else { continue }
            let now = now(in: queue)
            try rescue(in: queue, at: now)
            try forgetFinished(in: queue, at: now)
            guard !queue.isPaused else { continue }
            let tokens = queue.bucket.refill(for: queue.configuration, now: now)
            let free = try freeSlots(in: queue)
            queues[queue.id] = queue
            let count = min(limit, tokens, free)
            guard count > 0 else { continue }
            try connection.query(
                """
                SELECT \(TaskRow.columns) FROM tasks t WHERE t.queue_id = ?1 AND t.state = 0 AND t.scheduled_at <= ?2
                ORDER BY t.scheduled_at, t.id LIMIT ?3
                """,
                [.integer(queue.id), .integer(now.microseconds), .integer(Int64(count))]
            ) { row in
                candidates.append((try TaskRow(row, queue: name), now))
                return true
            }
        }
        candidates.sort {
            ($0.task.record.scheduledAt, $0.task.id) < ($1.task.record.scheduledAt, $1.task.id)
        }
        let leased = try candidates.prefix(limit).map { candidate in
            queues[candidate.task.queueID]?.bucket.take(1)
            return try lease(candidate.task, at: candidate.now, for: duration, worker: worker)
        }
        // An idle look at a queue writes nothing, so that it costs no sync of the disk.
        if !leased.isEmpty {
            for queue in queues.values {
                var bucket = queue.bucket
                bucket.updatedAt = max(bucket.updatedAt, now(in: queue))
                try store(bucket, of: queue)
            }
        }
        return leased
    }

    private func lease(
        _ row: TaskRow, at now: Timestamp, for duration: Duration, worker: WorkerName
    ) throws -> LeasedTask {
        // Taken from the time, a token does not repeat when a name begins anew, nor when a power cut takes the last leases.
        let token = max(row.fencingToken + 1, now.microseconds)
        let lease = TaskLease(key: row.record.key, fencingToken: token, expiresAt: now + duration)
        let record = row.record
        try connection.run(
            """
            UPDATE tasks SET state = 1, attempts = attempts + 1, fencing_token = ?2, lease_expires_at = ?3, worker = ?4,
                first_attempt_at = coalesce(first_attempt_at, ?5) WHERE id = ?1
            """,
            [
                .integer(row.id), .integer(lease.fencingToken), .integer(lease.expiresAt.microseconds),
                .text(worker.rawValue),
                .integer(now.microseconds),
            ]
        )
        return LeasedTask(
            lease: lease,
            task: TaskRecord(
                key: record.key, kind: record.kind, payload: record.payload, headers: record.headers, state: .leased,
                attempts: record.attempts + 1, enqueuedAt: record.enqueuedAt, scheduledAt: record.scheduledAt,
                firstAttemptAt: record.firstAttemptAt ?? now, worker: worker, leaseExpiresAt: lease.expiresAt,
                finishedAt: nil
            )
        )
    }

    private func freeSlots(in queue: Queue) throws -> Int {
        guard let limit = queue.configuration.concurrentDispatches else { return .max }
        let leased = try connection.first(
            "SELECT count(*) FROM tasks WHERE queue_id = ?1 AND state = 1", [.integer(queue.id)]
        ) { Int($0.int(0)) }
        return limit - (leased ?? 0)
    }

    /// Takes tasks back whose leases have expired: the death of a worker has used an attempt.
    func rescue(in queue: Queue, at now: Timestamp) throws {
        var expired: [TaskRow] = []
        try connection.query(
            "SELECT \(TaskRow.columns) FROM tasks t WHERE t.queue_id = ?1 AND t.state = 1 AND t.lease_expires_at <= ?2 LIMIT 1000",
            [.integer(queue.id), .integer(now.microseconds)]
        ) { row in
            expired.append(try TaskRow(row, queue: queue.name))
            return true
        }
        for row in expired {
            let failure = TaskFailure(
                errorType: "WorkerLost",
                message:
                    "worker lost: '\(row.record.worker?.rawValue ?? "unknown")' held the task until its lease expired"
            )
            try fail(row, failure, retryAt: now, queue: queue, now: now)
        }
    }

    /// Removes finished tasks whose names need not be remembered any more. With the last of a name its generations begin anew,
    /// and so do the commit ids that are derived from them; a task therefore stays until those are forgotten.
    private func forgetFinished(in queue: Queue, at now: Timestamp) throws {
        let limit = now - max(queue.configuration.nameRetention, commitRetention)
        let hasOld = try connection.first(
            "SELECT 1 FROM tasks WHERE queue_id = ?1 AND state >= 2 AND finished_at <= ?2 LIMIT 1",
            [.integer(queue.id), .integer(limit.microseconds)]
        ) { _ in true }
        guard hasOld == true, try purgeOldCommits() else { return }
        try connection.run(
            """
            DELETE FROM tasks WHERE id IN (
                SELECT id FROM tasks WHERE queue_id = ?1 AND state >= 2 AND finished_at <= ?2 LIMIT 500)
            """,
            [.integer(queue.id), .integer(limit.microseconds)]
        )
    }

    /// Ends an attempt in failure: the task waits for the next one, or becomes a dead letter.
    @discardableResult
    private func fail(
        _ row: TaskRow, _ failure: TaskFailure, retryAt next: Timestamp, queue: Queue, now: Timestamp
    ) throws -> TaskState {
        let policy = row.retry ?? queue.configuration.retry
        let record = row.record
        guard policy.allowsAttempt(after: record.attempts, firstAttemptAt: record.firstAttemptAt ?? now, at: next)
        else {
            return try bury(row, failure, now: now)
        }
        try wait(row, until: next, attempts: record.attempts)
        return .waiting
    }

    private func bury(_ row: TaskRow, _ failure: TaskFailure, now: Timestamp) throws -> TaskState {
        try connection.run(
            "UPDATE tasks SET state = 3, finished_at = ?2, lease_expires_at = NULL, worker = NULL WHERE id = ?1",
            [.integer(row.id), .integer(now.microseconds)]
        )
        try record(DeadLetter(task: row.record, failure: failure, retry: row.retry, at: now))
        changedTasks = true
        return .dead
    }

    private func wait(_ row: TaskRow, until time: Timestamp, attempts: Int) throws {
        try connection.run(
            """
            UPDATE tasks SET state = 0, scheduled_at = ?2, attempts = ?3, lease_expires_at = NULL, worker = NULL,
                first_attempt_at = CASE WHEN ?3 = 0 THEN NULL ELSE first_attempt_at END WHERE id = ?1
            """,
            [.integer(row.id), .integer(time.microseconds), .integer(Int64(attempts))]
        )
        changedTasks = true
    }

    /// The task that a lease holds.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/leaseLost``.
    private func held(_ lease: TaskLease) throws -> (queue: Queue, row: TaskRow, now: Timestamp) {
        guard let queue = try existingQueue(lease.key.queue) else { throw lease.lost() }
        let now = now(in: queue)
        let row = try connection.first(
            """
            SELECT \(TaskRow.columns) FROM tasks t WHERE t.queue_id = ?1 AND t.name = ?2 AND t.generation = ?3 AND t.state = 1
                AND t.fencing_token = ?4 AND t.lease_expires_at > ?5
            """,
            [
                .integer(queue.id), .text(lease.key.name.rawValue), .integer(Int64(lease.key.generation)),
                .integer(lease.fencingToken), .integer(now.microseconds),
            ]
        ) { try TaskRow($0, queue: queue.name) }
        guard let row else { throw lease.lost() }
        return (queue, row, now)
    }

    /// Ends a task within a commit.
    func complete(_ lease: TaskLease, at time: Timestamp) throws {
        let (_, row, now) = try held(lease)
        try connection.run(
            "UPDATE tasks SET state = 2, finished_at = ?2, lease_expires_at = NULL, worker = NULL WHERE id = ?1",
            [.integer(row.id), .integer(max(now, time).microseconds)]
        )
        // A place for another task may have become free.
        changedTasks = true
    }

    func extend(_ lease: TaskLease, for duration: Duration) throws -> TaskLease {
        let (_, row, now) = try held(lease)
        let extended = TaskLease(key: lease.key, fencingToken: lease.fencingToken, expiresAt: now + duration)
        try connection.run(
            "UPDATE tasks SET lease_expires_at = ?2 WHERE id = ?1",
            [.integer(row.id), .integer(extended.expiresAt.microseconds)]
        )
        return extended
    }

    func settle(_ lease: TaskLease, _ settlement: TaskSettlement) throws -> TaskState {
        let (queue, row, now) = try held(lease)
        let attempts = row.record.attempts
        switch settlement {
        case .failed(let failure):
            let policy = row.retry ?? queue.configuration.retry
            let next = now + policy.backoff(afterAttempts: attempts)
            return try fail(row, failure, retryAt: next, queue: queue, now: now)
        case .snoozed(let time):
            try wait(row, until: time, attempts: attempts - 1)
            return .waiting
        case .released:
            // It keeps its turn.
            try wait(row, until: row.record.scheduledAt, attempts: attempts - 1)
            return .waiting
        case .discarded(let failure):
            return try bury(row, failure, now: now)
        }
    }
}
