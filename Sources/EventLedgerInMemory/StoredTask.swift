import EventLedger

/// A task with all that its queue knows of it.
struct StoredTask: Sendable {
    let key: TaskKey
    let kind: TaskKind
    let payload: JSONText
    let headers: JSONObject
    /// The policy that the task brought along.
    let retry: RetryPolicy?
    let enqueuedAt: Timestamp
    /// Breaks ties between tasks of the same time: the first enqueued comes first.
    let sequence: Int64

    private(set) var state = TaskState.waiting
    private(set) var attempts = 0
    private(set) var scheduledAt: Timestamp
    private(set) var firstAttemptAt: Timestamp?
    private(set) var worker: WorkerName?
    private(set) var fencingToken: Int64 = 0
    private(set) var leaseExpiresAt: Timestamp?
    private(set) var finishedAt: Timestamp?

    /// Makes a task that waits.
    init(_ task: NewTask, generation: Int, sequence: Int64, at now: Timestamp) {
        key = TaskKey(queue: task.queue, name: task.name, generation: generation)
        kind = task.kind
        payload = task.payload
        headers = task.headers
        retry = task.retry
        enqueuedAt = now
        scheduledAt = task.schedule.time(from: now)
        self.sequence = sequence
    }

    /// A worker takes it: an attempt begins.
    mutating func begin(_ lease: TaskLease, worker: WorkerName, at now: Timestamp) {
        state = .leased
        attempts += 1
        firstAttemptAt = firstAttemptAt ?? now
        self.worker = worker
        fencingToken = lease.fencingToken
        leaseExpiresAt = lease.expiresAt
    }

    mutating func extend(until time: Timestamp) { leaseExpiresAt = time }

    /// Nobody holds it any more, and it waits again.
    mutating func wait(until time: Timestamp) {
        state = .waiting
        scheduledAt = time
        worker = nil
        leaseExpiresAt = nil
    }

    /// The attempt is taken as if it had not begun.
    mutating func giveBackAttempt() {
        attempts -= 1
        if attempts == 0 { firstAttemptAt = nil }
    }

    /// It is done, dead or cancelled.
    mutating func finish(as end: TaskState, at now: Timestamp) {
        state = end
        worker = nil
        leaseExpiresAt = nil
        finishedAt = now
    }

    /// When it may be handed out, among the tasks that wait.
    var turn: Turn { Turn(scheduledAt: scheduledAt, sequence: sequence, key: key) }

    /// What others see of it.
    var record: TaskRecord {
        TaskRecord(
            key: key, kind: kind, payload: payload, headers: headers, state: state, attempts: attempts,
            enqueuedAt: enqueuedAt, scheduledAt: scheduledAt, firstAttemptAt: firstAttemptAt, worker: worker,
            leaseExpiresAt: leaseExpiresAt, finishedAt: finishedAt
        )
    }
}

/// The place of a task among those that wait: the longest waiting first, then the first enqueued.
struct Turn: Hashable, Comparable, Sendable {
    let scheduledAt: Timestamp
    let sequence: Int64
    let key: TaskKey

    static func < (lhs: Turn, rhs: Turn) -> Bool {
        lhs.scheduledAt == rhs.scheduledAt ? lhs.sequence < rhs.sequence : lhs.scheduledAt < rhs.scheduledAt
    }
}
