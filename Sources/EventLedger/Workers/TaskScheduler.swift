public import Logging
public import ServiceLifecycle
import Tracing

/// Enqueues recurring tasks when their time comes.
///
/// Any number of processes may run the same schedule: the task of a firing is named after its time, so that the queue takes
/// it once. That holds as long as the queue remembers the name (``QueueConfiguration/nameRetention``).
///
/// Firings that were missed while nobody ran a schedule are not made up. After a pause of the process, such as a suspended
/// machine, the one firing that was waited for is made late, and those behind it that have passed are left out.
public struct TaskScheduler: Service {
    private let ledger: any Ledger
    private let recurring: [RecurringTask]
    private let logger: Logger

    /// Makes a scheduler; it does nothing until it runs.
    ///
    /// - Parameters:
    ///   - ledger: The ledger with the queues, and with the clock.
    ///   - recurring: What fires.
    ///   - logger: Where the scheduler writes what it does.
    public init(
        ledger: any Ledger, recurring: [RecurringTask], logger: Logger = Logger(label: "eventledger.scheduler")
    ) {
        self.ledger = ledger
        self.recurring = recurring
        self.logger = logger
    }

    /// Enqueues tasks until a graceful shutdown is asked for.
    ///
    /// - Throws: `CancellationError` when the task is cancelled; what ``RecurringTask/validate()`` throws; or the store's error
    ///   where a task cannot be enqueued. An error that may pass (`timeout`, `unavailable`) is ridden out.
    public func run() async throws {
        for task in recurring { try task.validate() }
        do {
            try await cancelWhenGracefulShutdown { try await fire() }
        } catch is CancellationError where Task.isShuttingDownGracefully {
            return
        }
    }

    private func fire() async throws {
        let clock = ledger.clock
        let start = clock.now
        var next = recurring.map { $0.nextTime(after: start) ?? .distantFuture }
        while true {
            // At most an hour, so that a clock that was set is noticed; where nothing ever fires, until the shutdown.
            try await clock.sleep(until: min(next.min() ?? .distantFuture, clock.now + .seconds(3600)))
            for index in recurring.indices where next[index] <= clock.now {
                let task = recurring[index].task(firingAt: next[index])
                try await RetryPolicy.untilItPasses.ridingOut(
                    "A recurring task could not be enqueued; it is tried again.", clock: clock, logger: logger,
                    ["task": "\(task.queue)/\(task.name)"]
                ) {
                    try await enqueue(task)
                }
                next[index] = recurring[index].nextTime(after: max(next[index], clock.now)) ?? .distantFuture
            }
        }
    }

    private func enqueue(_ task: NewTask) async throws {
        let start = ContinuousClock.now
        let results = try await withSpan(LedgerSpans.send(task.queue), ofKind: .producer) { span in
            span.updateAttributes { attributes in
                attributes[LedgerAttributes.system] = "eventledger"
                attributes[LedgerAttributes.operationName] = "send"
                attributes[LedgerAttributes.destination] = task.queue.rawValue
            }
            return try await ledger.tasks.enqueue([carryingTrace(task)])
        }
        LedgerMetrics.called("send", task.queue, for: ContinuousClock.now - start)
        LedgerMetrics.sent(results)
        logger.debug(
            "A recurring task fired.",
            metadata: ["task": "\(task.queue)/\(task.name)", "duplicate": "\(results.allSatisfy(\.isDuplicate))"]
        )
    }

    private func carryingTrace(_ task: NewTask) -> NewTask {
        var task = task
        let trace = TracePropagation.current()
        if let parent = trace.traceparent { task.headers["traceparent"] = .string(parent) }
        if let state = trace.tracestate { task.headers["tracestate"] = .string(state) }
        return task
    }
}
