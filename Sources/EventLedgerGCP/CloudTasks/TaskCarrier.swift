package import EventLedger

/// What carries tasks to workers. It knows nothing of a task but its name and its time: the record is the truth.
package protocol TaskCarrier: Sendable {
    /// Takes a task. It may be asked more than once, and carries it once.
    ///
    /// - Parameters:
    ///   - dispatch: The task.
    ///   - configuration: That of the task's queue, should the carrier not know the queue yet.
    /// - Returns: Whether it was new.
    @discardableResult
    func carry(_ dispatch: TaskDispatch, configuration: QueueConfiguration) async throws -> Bool

    /// Carries a task no more; one that it does not know is none of its concern.
    func drop(_ dispatch: TaskDispatch) async throws

    /// Stops delivering the tasks of a queue.
    func pause(_ queue: CarriedQueue) async throws

    /// Delivers them again.
    func resume(_ queue: CarriedQueue) async throws

    /// Sets how a queue delivers; makes it where it does not exist.
    func configure(_ queue: CarriedQueue, _ configuration: QueueConfiguration) async throws

    /// Whether a queue exists.
    func knows(_ queue: CarriedQueue) async throws -> Bool
}

/// A task as it is given to a carrier.
package struct TaskDispatch: Hashable, Sendable {
    /// The ledger, `projects/{project}/databases/{database}/documents/ledgers/{ledger}`, so that ledgers whose tasks go to one
    /// URL do not take each other's for their own.
    package let ledger: String
    /// Which task, and of which carrier.
    package let carried: CarriedTask
    /// The kind of payload, for people who look at the queue.
    package let kind: TaskKind
    /// When it is to be delivered.
    package let scheduledAt: Timestamp
    /// The W3C trace context of whoever enqueued it.
    package let traceparent: String?
    package let tracestate: String?
    /// How failures are retried, for people who look at the queue: the record decides.
    package let retry: RetryPolicy

    init(_ task: FirestoreTask, ledger: String, policy: RetryPolicy) {
        self.ledger = ledger
        carried = task.carried
        kind = task.kind
        scheduledAt = task.scheduledAt
        traceparent = task.headers["traceparent"]?.stringValue
        tracestate = task.headers["tracestate"]?.stringValue
        retry = task.retry ?? policy
    }

    /// The queue that the task is in.
    package var queue: CarriedQueue { CarriedQueue(carried.key.queue, of: ledger) }

    /// A name that no other dispatch has: the digest of what it is made of, so that names are spread evenly and hold no
    /// caller's characters.
    package var name: String {
        let key = carried.key
        return CanonicalDigest.hexadecimal(of: [
            ledger, key.queue.rawValue, key.name.rawValue, "\(key.generation)", "\(carried.carrier)",
            "\(carried.enqueuedAt.microseconds)",
        ])
    }
}
