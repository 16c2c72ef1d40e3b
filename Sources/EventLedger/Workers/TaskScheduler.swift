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
        try await withThrowingTaskGroup(of: Void.self) { group in
            // Each by itself: a queue that is away must not hold up those of the others.
            for task in recurring { group.addTask { try await fire(task) } }
            if recurring.isEmpty { group.addTask { try await ledger.clock.sleep(until: .distantFuture) } }
            while try await group.next() != nil {}
        }
    }

    private func fire(_ recurring: RecurringTask) async throws {
        let clock = ledger.clock
        var next = recurring.nextTime(after: clock.now) ?? .distantFuture
        while true {
            // At most an hour, so that a clock that was set is noticed; where it never fires, until the shutdown.
            try await clock.sleep(until: min(next, clock.now + .seconds(3600)))
            guard next <= clock.now else { continue }
            let task = recurring.task(firingAt: next)
            try await RetryPolicy.untilItPasses.ridingOut(
                "A recurring task could not be enqueued; it is tried again.", clock: clock, logger: logger,
                ["task": "\(task.queue)/\(task.name)"]
            ) {
                try await enqueue(task)
            }
            next = recurring.nextTime(after: max(next, clock.now)) ?? .distantFuture
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
