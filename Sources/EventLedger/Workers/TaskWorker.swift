public import Logging
public import ServiceLifecycle

/// Leases tasks from queues and gives them to their handlers.
///
/// ```swift
/// let worker = TaskWorker(ledger: ledger, queues: ["summaries"], handlers: TaskRouter(Summarizer()))
/// try await worker.run()
/// ```
///
/// Any number of workers, in any number of processes, may share the queues. What a handler returns as
/// ``TaskOutcome/done(_:)`` is committed together with the task's completion, under a commit id derived from the task: the
/// handler may run again, what it records is recorded once. The completion counts as one of the
/// ``LedgerLimits/writesPerCommit``.
///
/// While a handler runs, its lease is extended at a third of its duration. A handler that hangs therefore keeps its task and
/// its slot, but nobody else's; `attemptTimeout` bounds it. A handler whose lease is lost is cancelled, and what it did is
/// dropped. An error is a failed attempt; a payload that no handler knows or that cannot be decoded becomes a dead letter
/// with its bytes.
///
/// Cancellation is cooperative: a cancelled handler that does not end keeps its slot, but no longer its task, because its
/// lease is not extended any more.
public struct TaskWorker: Service {
    let ledger: any LeasingLedger
    let queues: [QueueName]
    let handlers: TaskRouter
    let concurrency: Int
    let leaseDuration: Duration
    let attemptTimeout: Duration?
    let gracePeriod: Duration
    let name: WorkerName
    let logger: Logger

    /// Makes a worker; it does nothing until it runs.
    ///
    /// - Parameters:
    ///   - ledger: The ledger whose tasks are handled and to which the handlers' commits are made.
    ///   - queues: From which queues.
    ///   - handlers: The handlers by kind.
    ///   - concurrency: How many handlers run at once, from 1. Above 1, as many attempts again may be in the middle of being
    ///     recorded, and hold their leases.
    ///   - leaseDuration: How long a task is held without a heartbeat, and so how long the tasks of a worker that died wait;
    ///     above zero.
    ///   - attemptTimeout: After this an attempt is cancelled and counts as failed; `nil` for never.
    ///   - gracePeriod: How long attempts may go on after a graceful shutdown was asked for. Then they are cancelled and their
    ///     tasks released.
    ///   - name: Who holds the leases, for people.
    ///   - logger: Where the worker writes what it does.
    public init(
        ledger: any LeasingLedger, queues: [QueueName], handlers: TaskRouter, concurrency: Int = 8,
        leaseDuration: Duration = .seconds(60), attemptTimeout: Duration? = nil, gracePeriod: Duration = .seconds(20),
        name: WorkerName = .ofThisProcess(), logger: Logger = Logger(label: "eventledger.worker")
    ) {
        self.ledger = ledger
        self.queues = Array(Set(queues)).sorted()
        self.handlers = handlers
        self.concurrency = concurrency
        self.leaseDuration = leaseDuration
        self.attemptTimeout = attemptTimeout
        self.gracePeriod = gracePeriod
        self.name = name
        self.logger = logger
    }

    /// Handles tasks until a graceful shutdown is asked for: then no more are leased, those at hand may end within the grace
    /// period, and the rest is released.
    ///
    /// - Throws: `CancellationError` when the task is cancelled; the leases are released before. ``LedgerError`` with
    ///   ``LedgerError/Code/invalidName`` or ``LedgerError/Code/invalidValue`` for settings that cannot be used, or the store's
    ///   error where leasing fails for good; an error that may pass (`timeout`, `unavailable`) is ridden out.
    public func run() async throws { _ = try await work(untilIdle: false) }

    /// Handles tasks until its queues hold none that could still run: nothing ready, nothing waiting for a later time or
    /// another attempt, nothing held by this worker or another.
    ///
    /// Tasks that are scheduled for later are waited for with the ledger's clock, those of other workers until they are done
    /// or their leases expire, those of a paused queue until it is resumed. A graceful shutdown ends it early.
    ///
    /// - Returns: What this worker did.
    /// - Throws: As ``run()``; but an error that may pass is ridden out only five times in a row.
    public func runUntilIdle() async throws -> WorkerReport { try await work(untilIdle: true) }

    private func work(untilIdle: Bool) async throws -> WorkerReport {
        for queue in queues { try queue.validate() }
        try name.validate()
        guard !queues.isEmpty, concurrency >= 1, leaseDuration > .zero, attemptTimeout.map({ $0 > .zero }) ?? true,
            gracePeriod >= .zero
        else {
            throw LedgerError(
                .invalidValue,
                "The worker '\(name)' cannot run: it needs a queue, a concurrency from 1, durations above zero, and a grace "
                    + "period from zero."
            )
        }
        let slots = WorkerSlots(worker: name, concurrency: concurrency)
        return try await withGracefulShutdownHandler {
            try await WorkerLoop(worker: self, slots: slots, untilIdle: untilIdle).run()
            return slots.report
        } onGracefulShutdown: {
            slots.stop()
        }
    }
}
