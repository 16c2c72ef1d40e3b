/// The names of the metrics that EventLedger records with swift-metrics.
///
/// Where OpenTelemetry's semantic conventions for messaging have a name, it is theirs; otherwise it begins with
/// `eventledger.`. Durations are recorded in nanoseconds, as swift-metrics' timers do.
public enum LedgerMetrics {
    /// Counter: commits that were made, duplicates apart.
    public static let commits = "eventledger.commits"
    /// Counter: commits that had been made before and were answered with their receipt.
    public static let duplicates = "eventledger.commits.duplicate"
    /// Counter: commits that were refused, by `error.type`.
    public static let refusals = "eventledger.commits.refused"
    /// Counter: events that were committed.
    public static let events = "eventledger.events"
    /// Counter: tasks that were enqueued with a commit or by a schedule, by queue; duplicates are not counted.
    public static let sentMessages = "messaging.client.sent.messages"
    /// Counter: attempts that a worker began, by queue and kind.
    public static let consumedMessages = "messaging.client.consumed.messages"
    /// Timer: how long it took to enqueue (`send`) or to settle a task, by queue and operation.
    public static let operationDuration = "messaging.client.operation.duration"
    /// Timer: how long an attempt took, its completion included, by queue, kind and result.
    public static let processDuration = "messaging.process.duration"
    /// Gauge: how many attempts a worker is making at the moment, by worker.
    public static let running = "eventledger.worker.running"
    /// Counter: events that a projection applied, by projection.
    public static let projectedEvents = "eventledger.projection.events"
    /// Counter: documents that a projection wrote, by projection.
    public static let projectedDocuments = "eventledger.projection.documents"
    /// Counter: events that a projection could not apply, by projection.
    public static let projectionFailures = "eventledger.projection.failures"
    /// Counter: events that a relay's target has confirmed, by relay.
    public static let relayedEvents = "eventledger.relay.events"
    /// Counter: batches that a relay's target has confirmed, by relay.
    public static let relayedBatches = "eventledger.relay.batches"
    /// Counter: events that a relay's target refused for good, by relay.
    public static let relayRefusals = "eventledger.relay.refused"
}

/// The names of the spans that EventLedger makes with swift-distributed-tracing.
public enum LedgerSpans {
    /// A commit; a producer span, which the commit's events and tasks carry on as their trace context.
    public static let commit = "eventledger.commit"
    /// One attempt at a task of a queue; a consumer span, a child of what enqueued the task and linked to it.
    public static func process(_ queue: QueueName) -> String { "process \(queue)" }
    /// The firing of a recurring task; a producer span.
    public static func send(_ queue: QueueName) -> String { "send \(queue)" }
}

/// The names of the attributes of spans and of the dimensions of metrics.
public enum LedgerAttributes {
    /// Always `eventledger`.
    public static let system = "messaging.system"
    /// `process`, `send` or `settle`.
    public static let operationName = "messaging.operation.name"
    /// The queue.
    public static let destination = "messaging.destination.name"
    /// The task, as queue, name and generation.
    public static let messageID = "messaging.message.id"
    /// The correlation id that the task was enqueued with.
    public static let conversationID = "messaging.message.conversation_id"
    /// The worker.
    public static let client = "messaging.client.id"
    /// The code or the type of the error.
    public static let errorType = "error.type"
    /// The kind of the task.
    public static let taskKind = "eventledger.task.kind"
    /// The number of the attempt, from 1.
    public static let attempt = "eventledger.task.attempt"
    /// How an attempt ended: `done`, `failed`, `snoozed`, `discarded`, `released` or `lost`.
    public static let result = "eventledger.task.result"
    /// The build of the projection: its name and version.
    public static let projection = "eventledger.projection"
    /// The relay.
    public static let relay = "eventledger.relay"
}
