/// What a handler is told about an attempt, and what it can ask for.
public struct TaskContext: Sendable {
    /// Which task.
    public let key: TaskKey
    /// Which attempt it is, from 1.
    public let attempt: Int
    /// What travels with the task.
    public let headers: JSONObject
    /// Until when the attempt is held, unless ``heartbeat()`` extends it.
    public let deadline: Timestamp
    /// The commit id under which the attempt's effects are recorded, the same in every attempt.
    public let commitID: CommitID
    /// Where the time comes from.
    public let clock: any LedgerClock

    private let extend: @Sendable () async throws -> Timestamp

    /// Makes a context; runners and tests do.
    ///
    /// - Parameter heartbeat: Extends the hold on the task and returns its new end.
    public init(
        key: TaskKey, attempt: Int, headers: JSONObject, deadline: Timestamp, commitID: CommitID,
        clock: any LedgerClock,
        heartbeat: @escaping @Sendable () async throws -> Timestamp
    ) {
        self.key = key
        self.attempt = attempt
        self.headers = headers
        self.deadline = deadline
        self.commitID = commitID
        self.clock = clock
        extend = heartbeat
    }

    /// Extends the hold on the task. A ``TaskWorker`` also does so by itself while the handler runs; call it where work is
    /// about to block for long.
    ///
    /// - Returns: The new end of the hold.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/leaseLost``; the work is then in vain and should end.
    @discardableResult
    public func heartbeat() async throws -> Timestamp { try await extend() }

    /// The correlation id that the task was enqueued with.
    public var correlationID: String? { headers["correlationId"]?.stringValue }
    /// The W3C trace parent that the task was enqueued with.
    public var traceparent: String? { headers["traceparent"]?.stringValue }

    /// The metadata for the events that the attempt makes: the task's correlation, the task as cause.
    public var metadata: Metadata {
        Metadata(correlationID: correlationID, causationID: "task:\(key)")
    }
}
