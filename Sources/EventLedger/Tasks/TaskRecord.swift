/// Where a task is in its life.
public enum TaskState: String, Hashable, Sendable, Codable, CaseIterable {
    /// It waits for its time, its turn or its next attempt.
    case waiting
    /// A worker holds it.
    case leased
    /// It was done.
    case done
    /// It became a dead letter.
    case dead
    /// It was cancelled.
    case cancelled
}

/// A task as it stands in a queue.
public struct TaskRecord: Hashable, Sendable {
    /// Which task.
    public let key: TaskKey
    /// The kind of payload.
    public let kind: TaskKind
    /// The payload.
    public let payload: JSONText
    /// What travels with it.
    public let headers: JSONObject
    /// Where it is in its life.
    public let state: TaskState
    /// How many attempts have begun. A graceful release and a snooze give theirs back.
    public let attempts: Int
    /// When it was enqueued.
    public let enqueuedAt: Timestamp
    /// When it may run next.
    public let scheduledAt: Timestamp
    /// When its first attempt began.
    public let firstAttemptAt: Timestamp?
    /// Who holds it.
    public let worker: WorkerName?
    /// Until when it is held.
    public let leaseExpiresAt: Timestamp?
    /// When it was done, died or was cancelled.
    public let finishedAt: Timestamp?

    /// Makes a record; queues do.
    public init(
        key: TaskKey, kind: TaskKind, payload: JSONText, headers: JSONObject, state: TaskState, attempts: Int,
        enqueuedAt: Timestamp, scheduledAt: Timestamp, firstAttemptAt: Timestamp?, worker: WorkerName?,
        leaseExpiresAt: Timestamp?, finishedAt: Timestamp?
    ) {
        self.key = key
        self.kind = kind
        self.payload = payload
        self.headers = headers
        self.state = state
        self.attempts = attempts
        self.enqueuedAt = enqueuedAt
        self.scheduledAt = scheduledAt
        self.firstAttemptAt = firstAttemptAt
        self.worker = worker
        self.leaseExpiresAt = leaseExpiresAt
        self.finishedAt = finishedAt
    }
}

/// What became of an enqueued task.
public struct EnqueuedTask: Hashable, Sendable, Codable {
    /// The task that has the name now.
    public let key: TaskKey
    /// Whether the name was known, so that nothing was enqueued.
    public let isDuplicate: Bool

    /// Makes a result; queues do.
    public init(key: TaskKey, isDuplicate: Bool) {
        self.key = key
        self.isDuplicate = isDuplicate
    }
}

/// How a queue stands.
public struct QueueStatistics: Hashable, Sendable {
    /// The queue.
    public let queue: QueueName
    /// Whether it is paused.
    public let isPaused: Bool
    /// Tasks that could run now.
    public let ready: Int
    /// Tasks whose time has not come.
    public let scheduled: Int
    /// Tasks that a worker holds.
    public let leased: Int
    /// Tasks that were done less than ``QueueConfiguration/nameRetention`` ago, of all generations.
    public let done: Int
    /// Tasks that became dead letters less than ``QueueConfiguration/nameRetention`` ago, retried ones too.
    public let dead: Int
    /// Since when the oldest ready task could have run.
    public let oldestReadyAt: Timestamp?

    /// Makes statistics; queues do.
    public init(
        queue: QueueName, isPaused: Bool, ready: Int, scheduled: Int, leased: Int, done: Int, dead: Int,
        oldestReadyAt: Timestamp?
    ) {
        self.queue = queue
        self.isPaused = isPaused
        self.ready = ready
        self.scheduled = scheduled
        self.leased = leased
        self.done = done
        self.dead = dead
        self.oldestReadyAt = oldestReadyAt
    }
}
