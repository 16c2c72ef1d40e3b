/// A task that is enqueued again and again, at times that follow from a rule and not from when a process started.
public struct RecurringTask: Hashable, Sendable {
    /// When it fires.
    public enum Recurrence: Hashable, Sendable {
        /// By the calendar, in UTC.
        case cron(CronExpression)
        /// At every multiple of a duration since 1970-01-01T00:00:00Z, at least one second.
        case every(Duration)
    }

    /// The name; that of each firing is this one, `@` and its time.
    public let name: TaskName
    /// The queue.
    public let queue: QueueName
    /// The kind of payload.
    public let kind: TaskKind
    /// The payload, the same at each firing.
    public let payload: JSONText
    /// When it fires.
    public let recurrence: Recurrence
    /// How failures are retried; the queue's own policy where it is `nil`.
    public let retry: RetryPolicy?

    /// Makes a recurring task of any payload.
    public init(
        kind: TaskKind, payload: JSONText, named name: TaskName, in queue: QueueName, recurring recurrence: Recurrence,
        retry: RetryPolicy? = nil
    ) {
        self.name = name
        self.queue = queue
        self.kind = kind
        self.payload = payload
        self.recurrence = recurrence
        self.retry = retry
    }

    /// Encodes a payload of a Swift type.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/encodingFailed``.
    public init(
        _ payload: some TaskPayload, named name: TaskName, in queue: QueueName, recurring recurrence: Recurrence,
        retry: RetryPolicy? = nil
    ) throws {
        self.init(
            kind: type(of: payload).kind, payload: try JSONText(encoding: payload), named: name, in: queue,
            recurring: recurrence, retry: retry
        )
    }

    /// The first firing after a time; `nil` where there is none before the year 10000.
    public func nextTime(after time: Timestamp) -> Timestamp? {
        switch recurrence {
        case .cron(let expression): return expression.next(after: time)
        case .every(let interval):
            let length = interval.wholeMicroseconds
            guard length > 0, time < .distantFuture else { return nil }
            let start = max(time, .distantPast).microseconds
            let (next, overflow) = (start - (start % length + length) % length).addingReportingOverflow(length)
            guard !overflow, next <= Timestamp.distantFuture.microseconds else { return nil }
            return Timestamp(microseconds: next)
        }
    }

    /// The task of one firing. Its name holds the time, so that of several processes only one enqueues it.
    public func task(firingAt time: Timestamp) -> NewTask {
        NewTask(
            kind: kind, payload: payload, named: TaskName("\(name)@\(time)"), in: queue, schedule: .at(time),
            retry: retry
        )
    }

    /// Checks names, limits and the interval.
    ///
    /// - Throws: What ``NewTask/validate()`` throws, or ``LedgerError`` with ``LedgerError/Code/invalidValue`` for an
    ///   interval below one second.
    public func validate() throws {
        try name.validate()
        try task(firingAt: .distantFuture).validate()
        if case .every(let interval) = recurrence, interval < .seconds(1) {
            throw LedgerError(
                .invalidValue, "The task '\(queue)/\(name)' recurs in less than a second. Give it longer.")
        }
    }
}
