public import EventLedger

/// Collect for one user.
public struct CollectUser: TaskPayload, Hashable {
    public static let kind: TaskKind = "collect-user"
    /// The run.
    public let run: RunInfo
    /// The user, with the seeds they had when the run began.
    public let user: UserProfile

    /// Makes a payload.
    public init(run: RunInfo, user: UserProfile) {
        self.run = run
        self.user = user
    }

    /// The task: named after run and user, so that it is enqueued once.
    ///
    /// - Throws: `LedgerError` with `encodingFailed`.
    public func task() throws -> NewTask {
        try NewTask(self, named: TaskName(Self.prefix(of: run.id) + user.id), in: Queues.userCollections)
    }

    /// The user that a task of this name is about; nil where it is of another run.
    static func user(of name: TaskName, in run: String) -> String? {
        let prefix = Self.prefix(of: run)
        return name.rawValue.hasPrefix(prefix) ? String(name.rawValue.dropFirst(prefix.count)) : nil
    }

    private static func prefix(of run: String) -> String { "\(run):" }
}

/// Enqueue the tasks of many users: a commit holds at most 500.
public struct EnqueueUsers: TaskPayload, Hashable {
    public static let kind: TaskKind = "enqueue-users"
    /// The run.
    public let run: RunInfo
    /// Which of the run's groups of users it is, from 1.
    public let group: Int
    /// The users.
    public let users: [UserProfile]

    /// Makes a payload.
    public init(run: RunInfo, group: Int, users: [UserProfile]) {
        self.run = run
        self.group = group
        self.users = users
    }

    /// The task.
    ///
    /// - Throws: `LedgerError` with `encodingFailed`.
    public func task() throws -> NewTask {
        try NewTask(self, named: TaskName("\(run.id):users-\(group)"), in: Queues.runs)
    }
}

/// End a run when all its users are done.
public struct CompleteRun: TaskPayload, Hashable {
    public static let kind: TaskKind = "complete-run"
    /// The run.
    public let run: RunInfo

    /// Makes a payload.
    public init(run: RunInfo) {
        self.run = run
    }

    /// The task.
    ///
    /// - Throws: `LedgerError` with `encodingFailed`.
    public func task() throws -> NewTask {
        try NewTask(self, named: TaskName("\(run.id):complete"), in: Queues.runs)
    }
}
