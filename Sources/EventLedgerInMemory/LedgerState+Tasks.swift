import EventLedger

// A task's life: enqueue → lease → complete, or settle, or expire.
extension LedgerState {
    /// Enqueues a valid task, unless its name is taken.
    mutating func enqueue(_ task: NewTask, at now: Timestamp) -> EnqueuedTask {
        if let holder = queues[task.queue]?.holder(of: task.name, at: now) {
            return EnqueuedTask(key: holder.key, isDuplicate: true)
        }
        return EnqueuedTask(key: add(task, at: now), isDuplicate: false)
    }

    /// Enqueues the task of a dead letter as the next generation of its name, whether or not the name is taken.
    mutating func enqueueAgain(_ letter: DeadLetter, after key: TaskKey, at clockTime: Timestamp) throws {
        let task = NewTask(
            kind: TaskKind(letter.type), payload: try JSONText(letter.payload), named: key.name, in: key.queue,
            headers: letter.headers, retry: letter.retry
        )
        try task.validate()
        _ = add(task, after: key.generation, at: advanceTaskTime(to: clockTime))
    }

    /// Adds a task as the next generation of its name, which is greater than a known one. A generation of which there is a
    /// dead letter is left out: the letter of the new task would take its place.
    private mutating func add(_ task: NewTask, after known: Int = 0, at now: Timestamp) -> TaskKey {
        var generation = max(queues[task.queue]?.lastGeneration(of: task.name) ?? 0, known)
        var key: TaskKey
        repeat {
            generation += 1
            key = TaskKey(queue: task.queue, name: task.name, generation: generation)
        } while letters[DeadLetterID(of: key)] != nil
        let stored = StoredTask(task, generation: generation, sequence: nextNumber(), at: now)
        queues[task.queue, default: QueueState()].add(stored)
        return key
    }

    /// Cancels the tasks of a name that wait.
    ///
    /// - Returns: Whether there was one.
    mutating func cancelTask(_ name: TaskName, in queue: QueueName, at clockTime: Timestamp) -> Bool {
        let now = endExpiredLeases(at: clockTime)
        let waiting = (queues[queue]?.tasks(named: name) ?? []).filter { $0.state == .waiting }
        for var task in waiting {
            task.finish(as: .cancelled, at: now)
            queues[queue]?.store(task)
        }
        return !waiting.isEmpty
    }

    /// Leases tasks that may run now, the longest waiting first.
    mutating func lease(
        from names: [QueueName], limit: Int, for duration: Duration, worker: WorkerName, at clockTime: Timestamp
    ) -> [LeasedTask] {
        let now = endExpiredLeases(at: clockTime)
        var offers: [Turn] = []
        for name in Set(names) { offers += queues[name]?.offer(atMost: limit, at: now) ?? [] }
        offers.sort()
        var leases: [LeasedTask] = []
        for turn in offers.prefix(limit) {
            let lease = TaskLease(key: turn.key, fencingToken: nextNumber(), expiresAt: now + duration)
            if let leased = queues[turn.key.queue]?.begin(lease, worker: worker, at: now) { leases.append(leased) }
        }
        return leases
    }

    mutating func extendLease(
        _ lease: TaskLease, for duration: Duration, at clockTime: Timestamp
    ) throws -> TaskLease {
        let now = endExpiredLeases(at: clockTime)
        var task = try heldTask(lease)
        task.extend(until: now + duration)
        queues[lease.key.queue]?.store(task)
        return TaskLease(key: lease.key, fencingToken: lease.fencingToken, expiresAt: now + duration)
    }

    /// Ends a lease otherwise than by completion.
    ///
    /// - Returns: Where the task is now.
    mutating func settle(
        _ lease: TaskLease, _ settlement: TaskSettlement, at clockTime: Timestamp
    ) throws -> TaskState {
        let now = endExpiredLeases(at: clockTime)
        var task = try heldTask(lease)
        switch settlement {
        case .failed(let failure):
            let backoff = retryPolicy(of: task).backoff(afterAttempts: task.attempts)
            return fail(task, with: failure, next: now + backoff, at: now)
        case .discarded(let failure):
            bury(task, with: failure, at: now)
            return .dead
        case .snoozed(let time):
            task.giveBackAttempt()
            task.wait(until: time)
        case .released:
            // It keeps its turn: nothing was wrong with it.
            task.giveBackAttempt()
            task.wait(until: task.scheduledAt)
        }
        queues[lease.key.queue]?.store(task)
        return .waiting
    }

    /// Ends a task that a worker holds, with the commit that records what it did.
    mutating func finishTask(_ key: TaskKey, at now: Timestamp) {
        guard var task = queues[key.queue]?[key] else { return }
        task.finish(as: .done, at: now)
        queues[key.queue]?.store(task)
    }

    /// The task that a lease still holds.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/leaseLost``.
    func heldTask(_ lease: TaskLease) throws -> StoredTask {
        guard let task = queues[lease.key.queue]?[lease.key], task.state == .leased,
            task.fencingToken == lease.fencingToken
        else { throw lease.lost() }
        return task
    }

    /// Ends the leases whose time is over: the attempt is used, and the task waits again at once or becomes a dead letter, so
    /// that a payload that kills its workers does not go round for ever.
    ///
    /// - Returns: The time for tasks.
    /// - Complexity: O(leased tasks).
    @discardableResult
    mutating func endExpiredLeases(at clockTime: Timestamp) -> Timestamp {
        let now = advanceTaskTime(to: clockTime)
        let expired = queues.values.flatMap { $0.expired(at: now) }
        for task in expired {
            let failure = TaskFailure(
                errorType: "WorkerLost",
                message: "worker lost: the lease expired in attempt \(task.attempts) without an answer from "
                    + "'\(task.worker?.rawValue ?? "")'."
            )
            _ = fail(task, with: failure, next: now, at: now)
        }
        return now
    }

    /// After a failed attempt the task waits for the next one, where the policy allows one.
    private mutating func fail(
        _ failed: StoredTask, with failure: TaskFailure, next: Timestamp, at now: Timestamp
    ) -> TaskState {
        let allowed = retryPolicy(of: failed)
            .allowsAttempt(after: failed.attempts, firstAttemptAt: failed.firstAttemptAt ?? now, at: next)
        guard allowed else {
            bury(failed, with: failure, at: now)
            return .dead
        }
        var task = failed
        task.wait(until: next)
        queues[task.key.queue]?.store(task)
        return .waiting
    }

    /// Makes a dead letter of a task, in the same step in which the task ends.
    private mutating func bury(_ failed: StoredTask, with failure: TaskFailure, at now: Timestamp) {
        // The record still names the worker.
        record(DeadLetter(task: failed.record, failure: failure, retry: failed.retry, at: now))
        var task = failed
        task.finish(as: .dead, at: now)
        queues[task.key.queue]?.store(task)
    }

    private func retryPolicy(of task: StoredTask) -> RetryPolicy {
        task.retry ?? queues[task.key.queue]?.configuration.retry ?? RetryPolicy()
    }
}
