/// Keeps tasks until they are done.
///
/// What a queue owes its users, each a case of the conformance suite:
///
/// 1. An enqueued task is never lost: it ends done, cancelled or as a dead letter.
/// 2. A name is taken by the latest of its tasks that waits or is leased; where there is none, by the latest that ended less
///    than ``QueueConfiguration/nameRetention`` ago, unless that was cancelled. Enqueueing a name that is taken is reported as
///    a duplicate of that task, not as an error. Else the task gets the next generation of its name, and never one of which
///    there is a dead letter.
/// 3. A task does not run before its time.
/// 4. A cancelled task that no worker holds does not run; enqueueing its name again raises the generation.
/// 5. A paused queue hands out nothing; tasks can still be enqueued.
/// 6. Rate, burst and concurrency are kept, across processes too. A queue that is given a rate may use its whole burst at
///    once; a later change adds nothing to what was saved up, and takes away what is beyond the new burst.
/// 7. A failed attempt is retried after the policy's backoff; at the first limit reached the task becomes a dead letter.
/// 8. Names and limits are checked before any input or output.
public protocol TaskQueue: Sendable {
    /// Enqueues tasks, all or none.
    ///
    /// - Returns: What became of each, in order.
    /// - Throws: What ``NewTask/validate()`` throws.
    @discardableResult
    func enqueue(_ tasks: [NewTask]) async throws -> [EnqueuedTask]

    /// Cancels a task that waits.
    ///
    /// - Returns: Whether it was waiting; a task that a worker holds or that has ended is left as it is.
    @discardableResult
    func cancel(_ name: TaskName, in queue: QueueName) async throws -> Bool

    /// Stops handing out tasks of a queue; those that run go on.
    func pause(_ queue: QueueName) async throws

    /// Hands out tasks again.
    func resume(_ queue: QueueName) async throws

    /// Sets how a queue works, from now on. A queue that was never configured has the defaults.
    func configure(_ queue: QueueName, _ configuration: QueueConfiguration) async throws
}

extension TaskQueue {
    /// Enqueues one task.
    ///
    /// - Parameters:
    ///   - payload: What the task carries.
    ///   - name: By which it is deduplicated in its queue.
    ///   - queue: The queue.
    ///   - schedule: When it may run.
    ///   - retry: How failures are retried; the queue's own policy where it is `nil`.
    /// - Returns: Which task has the name now, and whether it had it before.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/encodingFailed``, or what ``NewTask/validate()`` throws.
    @discardableResult
    public func enqueue(
        _ payload: some TaskPayload, named name: TaskName = .unique(), in queue: QueueName,
        schedule: TaskSchedule = .now, retry: RetryPolicy? = nil
    ) async throws -> EnqueuedTask {
        let task = try NewTask(payload, named: name, in: queue, schedule: schedule, retry: retry)
        return try await enqueue([task])[0]
    }
}

/// A queue whose content can be listed.
public protocol ListableTaskQueue: TaskQueue {
    /// Lists tasks by queue and name.
    ///
    /// A queue may have forgotten the generations of a name before its latest.
    func tasks(_ query: TaskQuery) async throws -> TaskPage

    /// How queues stand, by name.
    func statistics() async throws -> [QueueStatistics]

    /// The configuration of a queue; the defaults where it was never configured.
    func configuration(of queue: QueueName) async throws -> QueueConfiguration
}

/// A queue whose tasks are leased by workers.
///
/// What it owes beyond ``TaskQueue``:
///
/// 9. A lease is exclusive until it expires, and carries a fencing token that grows with every lease of the task.
/// 10. Completion is part of a commit (``Commit/complete(_:)``): the effects and the completion become true together; with
///     a lease that was lost, the commit is refused with `leaseLost`, and nothing is written. A commit that has been made
///     is answered with its receipt all the same, whoever sends it again; that completes nothing.
/// 11. Extending moves the expiry; a lost lease cannot be extended.
/// 12. A lease that expires uses an attempt: the task is handed out again, and the last time it becomes a dead letter
///     "worker lost". Until somebody leases from its queue, it may still be listed as leased.
/// 13. Release and snooze use no attempt.
/// 14. Discarding makes a dead letter at once.
/// 15. A dead letter made here keeps payload, headers, attempts, error, worker and times.
public protocol LeasedTaskQueue: ListableTaskQueue {
    /// Leases tasks that may run now, the longest waiting first.
    ///
    /// - Parameters:
    ///   - queues: From which queues; the order does not matter.
    ///   - limit: At most so many, from 1.
    ///   - duration: How long the leases last unless they are extended.
    ///   - worker: Who asks.
    /// - Returns: The leases, maybe none.
    func lease(
        from queues: [QueueName], limit: Int, for duration: Duration, worker: WorkerName
    ) async throws -> [LeasedTask]

    /// Extends a lease: the heartbeat of a worker.
    ///
    /// - Returns: The lease with its new expiry.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/leaseLost``.
    func extend(_ lease: TaskLease, for duration: Duration) async throws -> TaskLease

    /// Ends a lease otherwise than by completion.
    ///
    /// - Returns: Where the task is now: `waiting`, or `dead`.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/leaseLost``.
    @discardableResult
    func settle(_ lease: TaskLease, _ settlement: TaskSettlement) async throws -> TaskState

    /// When a task of the queues may be leasable next, as far as is known: a hint for workers, who look, and then wait with
    /// ``waitForTasks(since:until:)``.
    func outlook(for queues: [QueueName]) async throws -> TaskOutlook

    /// Returns when tasks may have been enqueued or freed since a look, at the latest at the given time. May return early for
    /// no reason. A change between the look and the call is not missed.
    ///
    /// - Throws: `CancellationError`.
    func waitForTasks(since outlook: TaskOutlook, until deadline: Timestamp) async throws
}

/// What a look at queues told.
public struct TaskOutlook: Hashable, Sendable {
    /// When a task may be leasable next; `nil` where nothing waits.
    public let next: Timestamp?
    /// What the queue knows the moment of the look by; see ``CommitSignal/ticket``.
    public let ticket: UInt64

    /// Makes an outlook; queues do.
    public init(next: Timestamp?, ticket: UInt64) {
        self.next = next
        self.ticket = ticket
    }
}

/// Which tasks to list.
public struct TaskQuery: Hashable, Sendable {
    /// Only of this queue.
    public var queue: QueueName?
    /// Only in these states; all where it is empty.
    public var states: Set<TaskState>
    /// How many a page holds at the most, 1 to 1,000.
    public var limit: Int
    /// Where to go on: the ``TaskPage/next`` of the page before.
    public var cursor: TaskKey?

    /// Makes a query.
    public init(queue: QueueName? = nil, states: Set<TaskState> = [], limit: Int = 100, from cursor: TaskKey? = nil) {
        self.queue = queue
        self.states = states
        self.limit = limit
        self.cursor = cursor
    }
}

/// One page of tasks.
public struct TaskPage: Hashable, Sendable {
    /// The tasks, ordered by queue, name and generation.
    public let tasks: [TaskRecord]
    /// Where the next page begins; `nil` where this was the last.
    public let next: TaskKey?

    /// Makes a page; queues do.
    public init(tasks: [TaskRecord], next: TaskKey?) {
        self.tasks = tasks
        self.next = next
    }
}
