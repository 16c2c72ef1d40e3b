import EventLedger

/// What a delivery finds.
enum DeliveryStart: Sendable {
    /// The task may run.
    case begun(LeasedTask)
    /// There is nothing to do: it has ended, was enqueued again, or something else carries it now.
    case over
    /// Another delivery of it is being handled.
    case held
    /// Its queue is paused.
    case paused
    /// The attempt before this one was its last, and nothing was heard of it: it has become a dead letter.
    case died(DeadLetter)
}

/// How an attempt at a delivered task ended.
struct DeliveryEnd: Sendable {
    /// Where the task is now.
    let state: TaskState
    /// Whether what carries it shall deliver it again; otherwise it carries nothing any more.
    let isDeliveredAgain: Bool
    /// The letter in which it ended.
    let letter: DeadLetter?
}

// A task's attempts.
extension FirestoreTasks {
    /// Begins an attempt.
    ///
    /// - Parameters:
    ///   - count: How often the service had delivered it before, where it says so. A count that has grown means that the
    ///     service has given up the delivery before this one, so its lease is not waited for.
    static func begin(
        _ carried: CarriedTask, delivery count: Int?, worker: WorkerName, for duration: Duration, at now: Timestamp,
        root: String, in workspace: inout FirestoreWorkspace
    ) throws -> DeliveryStart {
        guard var task = try task(carried.key, root: root, workspace), task.isLiving, task.carried == carried
        else { return .over }
        let queue = try queue(carried.key.queue, root: root, workspace)
        if task.state == .leased {
            let isGivenUp = if let count, let known = task.delivery { count > known } else { false }
            if task.isHeld(at: now), !isGivenUp { return .held }
            let policy = task.retry ?? queue.configuration.retry
            if !policy.allowsAttempt(after: task.attempts, firstAttemptAt: task.firstAttemptAt ?? now, at: now) {
                let failure = TaskFailure(
                    errorType: "WorkerLost",
                    message: "worker lost: nothing was heard of attempt \(task.attempts), begun by "
                        + "'\(task.worker?.rawValue ?? "")', until the task was delivered again."
                )
                return .died(try bury(task, with: failure, at: now, root: root, in: &workspace))
            }
            task.wait(until: task.scheduledAt)
        }
        if queue.isPaused { return .paused }
        task.begin(worker: worker, delivery: count, until: now + duration, at: now)
        try store(task, root: root, in: &workspace)
        let lease = TaskLease(key: task.key, fencingToken: task.fence, expiresAt: now + duration)
        return .begun(LeasedTask(lease: lease, task: task.record))
    }

    /// Ends an attempt otherwise than by completion.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/leaseLost``.
    static func settle(
        _ lease: TaskLease, _ settlement: TaskSettlement, at now: Timestamp, root: String,
        in workspace: inout FirestoreWorkspace
    ) throws -> DeliveryEnd {
        var task = try held(lease, root: root, workspace)
        switch settlement {
        case .failed(let failure):
            let policy = try task.retry ?? queue(task.key.queue, root: root, workspace).configuration.retry
            let next = now + policy.backoff(afterAttempts: task.attempts)
            guard policy.allowsAttempt(after: task.attempts, firstAttemptAt: task.firstAttemptAt ?? now, at: next)
            else { return try end(task, with: failure, at: now, root: root, in: &workspace) }
            task.wait(until: next)
            // The service knows the queue's waits. Those of a task's own policy are kept by handing it over anew.
            if task.retry != nil { task.carryAnew() }
        case .discarded(let failure): return try end(task, with: failure, at: now, root: root, in: &workspace)
        case .snoozed(let time):
            task.giveBackAttempt()
            task.wait(until: time)
            task.carryAnew()
        case .released:
            task.giveBackAttempt()
            task.wait(until: task.scheduledAt)
        }
        try store(task, root: root, in: &workspace)
        return DeliveryEnd(state: .waiting, isDeliveredAgain: task.due == nil, letter: nil)
    }

    /// Notes that something carries a task, unless that is known or not true any more.
    static func handedOver(
        _ carried: CarriedTask, at now: Timestamp, root: String, in workspace: inout FirestoreWorkspace
    ) throws {
        guard var task = try task(carried.key, root: root, workspace), task.isLiving, task.due != nil,
            task.carried == carried
        else { return }
        task.wasHandedOver(at: now)
        try store(task, root: root, in: &workspace)
    }

    /// Puts a task that was handed over before a time, and has not ended since, into the outbox again: its record is the truth,
    /// and what carried it until now is not heard any more. What it has used of its limits stays used.
    ///
    /// - Returns: Whether it was; not where the task has ended, was handed over anew, or is being handled.
    static func carryAnew(
        _ carried: CarriedTask, handedOverBefore limit: Timestamp, at now: Timestamp, root: String,
        in workspace: inout FirestoreWorkspace
    ) throws -> Bool {
        guard var task = try task(carried.key, root: root, workspace), task.isLiving, task.carried == carried,
            let since = task.handedOverAt, since <= limit, !task.isHeld(at: now)
        else { return false }
        task.carryAnew()
        try store(task, root: root, in: &workspace)
        return true
    }

    private static func end(
        _ task: FirestoreTask, with failure: TaskFailure, at now: Timestamp, root: String,
        in workspace: inout FirestoreWorkspace
    ) throws -> DeliveryEnd {
        let letter = try bury(task, with: failure, at: now, root: root, in: &workspace)
        return DeliveryEnd(state: .dead, isDeliveredAgain: false, letter: letter)
    }

    /// Makes a dead letter of a task, in the same step in which the task ends.
    private static func bury(
        _ failed: FirestoreTask, with failure: TaskFailure, at now: Timestamp, root: String,
        in workspace: inout FirestoreWorkspace
    ) throws -> DeadLetter {
        let letter = DeadLetter(task: failed.record, failure: failure, retry: failed.retry, at: now)
        try FirestoreDeadLetters.record(letter, root: root, in: &workspace)
        var task = failed
        task.finish(as: .dead, at: now)
        try store(task, root: root, in: &workspace)
        return letter
    }
}
