/// What a task carries, as a Swift type.
public protocol TaskPayload: Codable, Sendable {
    /// The kind on the wire.
    static var kind: TaskKind { get }
}

/// When a task may run for the first time.
public enum TaskSchedule: Hashable, Sendable {
    /// As soon as its queue allows.
    case now
    /// Not before a time.
    case at(Timestamp)
    /// Not before a duration has passed since it was committed, by the store's clock.
    case after(Duration)

    /// The time that is meant, seen from now.
    public func time(from now: Timestamp) -> Timestamp {
        switch self {
        case .now: now
        case .at(let time): time
        case .after(let delay): now + delay
        }
    }
}

/// A task that is not in a queue yet.
public struct NewTask: Hashable, Sendable {
    /// The queue.
    public let queue: QueueName
    /// The name; a second task of that name is not enqueued while the first is remembered.
    public let name: TaskName
    /// The kind of payload.
    public let kind: TaskKind
    /// The payload.
    public let payload: JSONText
    /// What travels with the payload: texts by name, such as `traceparent`.
    public var headers: JSONObject
    /// When it may run.
    public var schedule: TaskSchedule
    /// How failures are retried; the queue's own policy where it is `nil`.
    public var retry: RetryPolicy?

    /// Makes a task of any payload.
    public init(
        kind: TaskKind, payload: JSONText, named name: TaskName = .unique(), in queue: QueueName,
        schedule: TaskSchedule = .now, headers: JSONObject = [:], retry: RetryPolicy? = nil
    ) {
        self.queue = queue
        self.name = name
        self.kind = kind
        self.payload = payload
        self.headers = headers
        self.schedule = schedule
        self.retry = retry
    }

    /// Encodes a payload of a Swift type.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/encodingFailed``.
    public init(
        _ payload: some TaskPayload, named name: TaskName = .unique(), in queue: QueueName,
        schedule: TaskSchedule = .now, headers: JSONObject = [:], retry: RetryPolicy? = nil
    ) throws {
        self.init(
            kind: type(of: payload).kind, payload: try JSONText(encoding: payload), named: name, in: queue,
            schedule: schedule, headers: headers, retry: retry
        )
    }

    /// Checks names, limits and the policy.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/invalidName``, ``LedgerError/Code/invalidValue`` or
    ///   ``LedgerError/Code/limitExceeded``.
    /// - Returns: The bytes of payload and headers.
    @discardableResult
    public func validate() throws -> Int {
        try queue.validate()
        try name.validate()
        try kind.validate()
        try retry?.validate()
        guard headers.fields.allSatisfy({ $0.value.stringValue != nil }) else {
            throw LedgerError(.invalidValue, "A header of the task '\(queue)/\(name)' is no text. Headers are texts.")
        }
        let size = payload.bytes.count + (headers.isEmpty ? 0 : headers.canonicalBytes.count)
        try LedgerLimits.check(
            "The task '\(queue)/\(name)'", size, atMost: LedgerLimits.taskBytes, unit: "bytes of payload and headers",
            advice: "Put the content into a document and its key into the task."
        )
        return size
    }

    /// Checks that so many tasks may be enqueued at once.
    package static func checkCount(_ count: Int) throws {
        try LedgerLimits.check(
            "A call", count, atMost: LedgerLimits.writesPerCommit, unit: "tasks",
            advice: "Enqueue them in several calls."
        )
    }

    /// Spreads tasks evenly over a window of time, the first at once: a fan-out that does not arrive as one wave.
    ///
    /// - Parameters:
    ///   - tasks: The tasks in order; their schedules are replaced.
    ///   - window: The time from the first to the end of the last one's share.
    public static func staggered(_ tasks: [NewTask], over window: Duration) -> [NewTask] {
        tasks.enumerated().map { index, task in
            var task = task
            task.schedule = .after(window * index / tasks.count)
            return task
        }
    }
}
