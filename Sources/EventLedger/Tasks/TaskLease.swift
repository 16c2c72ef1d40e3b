/// A worker's exclusive, expiring hold on a task.
public struct TaskLease: Hashable, Sendable {
    /// The task.
    public let key: TaskKey
    /// Grows with every lease of the task; a completion with an older one is refused.
    public let fencingToken: Int64
    /// When the lease ends, unless it is extended.
    public let expiresAt: Timestamp

    /// Makes a lease; queues do.
    public init(key: TaskKey, fencingToken: Int64, expiresAt: Timestamp) {
        self.key = key
        self.fencingToken = fencingToken
        self.expiresAt = expiresAt
    }

    /// The commit id under which the task's effects are made once, however often its handler runs: it is derived from the
    /// queue, the name and the generation, and is the same in every attempt.
    public var commitID: CommitID {
        .derived(from: .task, [key.queue.rawValue, key.name.rawValue, "\(key.generation)"])
    }

    package func lost() -> LedgerError {
        LedgerError(
            .leaseLost,
            "The lease on the task '\(key)' was lost: it expired and the task was handed out again or has ended. "
                + "Nothing was written; another attempt does the work.",
            details: ["task": key.description, "fencingToken": "\(fencingToken)"]
        )
    }
}

/// A task with the lease on it.
public struct LeasedTask: Hashable, Sendable {
    /// The hold on the task.
    public let lease: TaskLease
    /// The task.
    public let task: TaskRecord

    /// Makes a leased task; queues do.
    public init(lease: TaskLease, task: TaskRecord) {
        self.lease = lease
        self.task = task
    }
}

/// How a lease ends otherwise than by completion.
public enum TaskSettlement: Hashable, Sendable {
    /// The attempt failed; the policy decides what follows.
    case failed(TaskFailure)
    /// The task waits until a time; no attempt is used.
    case snoozed(until: Timestamp)
    /// The task becomes a dead letter now.
    case discarded(TaskFailure)
    /// The worker gives the task back, because it stops; no attempt is used.
    case released
}

/// Why a task failed, for people.
public struct TaskFailure: Hashable, Sendable {
    /// The error's type.
    public let errorType: String
    /// The error's message. It is stored: it must hold neither secrets nor payloads.
    public let message: String

    /// Makes a failure, the message cut to 4 KiB.
    public init(errorType: String, message: String) {
        self.errorType = errorType
        self.message = message.utf8.count <= 4096 ? message : String(decoding: message.utf8.prefix(4096), as: UTF8.self)
    }

    /// Describes an error: the message of a ``LedgerError``, else its description.
    public init(_ error: any Error) {
        self.init(
            errorType: "\(type(of: error))", message: (error as? LedgerError)?.message ?? "\(error)"
        )
    }
}
