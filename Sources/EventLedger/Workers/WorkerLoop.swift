import Logging

/// A worker's loop: fill the free slots, else wait.
struct WorkerLoop {
    let worker: TaskWorker
    let slots: WorkerSlots
    let untilIdle: Bool

    private var queue: any LeasedTaskQueue { worker.ledger.leasedTasks }
    private var clock: any LedgerClock { worker.ledger.clock }

    /// The longest wait: another process may have enqueued a task without this one being told.
    private static let longestWait = Duration.seconds(5)

    init(worker: TaskWorker, slots: WorkerSlots, untilIdle: Bool) {
        self.worker = worker
        self.slots = slots
        self.untilIdle = untilIdle
    }

    func run() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            // Times in a row that a task ought to have been there and was not.
            var misses = 0
            while true {
                // Taken before looking, so that no attempt ends between looking and waiting.
                let ticket = slots.changes.ticket
                if slots.isStopping { break }
                let free = slots.free
                guard free > 0 else {
                    try await slots.changes.wait(since: ticket)
                    continue
                }
                let leases = try await lease(free)
                if !leases.isEmpty {
                    misses = 0
                    slots.begin(leases.count)
                    for leased in leases {
                        group.addTask {
                            await attempt(leased)
                        }
                    }
                    continue
                }
                if untilIdle, slots.open == 0, try await isIdle() { return }
                try await waitForTasks(since: ticket, misses: &misses)
            }
            try await drain()
            group.cancelAll()
        }
    }

    private func lease(_ limit: Int) async throws -> [LeasedTask] {
        try await ridingOut {
            try await queue.lease(from: worker.queues, limit: limit, for: worker.leaseDuration, worker: worker.name)
        } orWhenStopping: {
            []
        }
    }

    /// Asks the queue, and rides out a store that is away for a moment.
    ///
    /// - Parameter whenStopping: What to go on with where the worker is to stop anyway: attempts that run still get their
    ///   grace period.
    private func ridingOut<Value>(
        _ ask: () async throws -> Value, orWhenStopping whenStopping: () -> Value
    ) async throws -> Value {
        // The same short wait each time, because a worker that shall stop does not wake from it.
        let policy = RetryPolicy(
            maxAttempts: untilIdle ? 6 : nil, minBackoff: .seconds(1), maxBackoff: .seconds(1), maxDoublings: 0
        )
        return try await policy.ridingOut(
            "The task queue did not answer; it is asked again.", clock: clock, logger: worker.logger,
            ["worker": "\(worker.name)"]
        ) { () async throws -> Value in
            do {
                return try await ask()
            } catch let error as LedgerError where error.mayPass && slots.isStopping {
                return whenStopping()
            }
        }
    }

    private func attempt(_ leased: LeasedTask) async {
        let slots = slots
        let hold = LeaseHold(leased.lease, queue: queue, duration: worker.leaseDuration)
        let ledger = worker.ledger
        let setting = TaskAttempt.Setting(
            clock: ledger.clock, handlers: worker.handlers, timeout: worker.attemptTimeout, worker: worker.name,
            logger: worker.logger
        ) { try await ledger.commit($0) }
        let attempt = TaskAttempt(leased.task, held: hold, in: setting) { slots.beginRecording() }
        let (result, wasRecorded) = await attempt.run()
        slots.end(result, wasRecorded: wasRecorded)
    }

    private func isIdle() async throws -> Bool {
        let mine = Set(worker.queues)
        let all = try await ridingOut {
            try await queue.statistics()
        } orWhenStopping: {
            []
        }
        return all.allSatisfy { statistics in
            !mine.contains(statistics.queue) || statistics.ready + statistics.scheduled + statistics.leased == 0
        }
    }

    /// Waits until a task may be there, an attempt has ended, or the worker shall stop.
    private func waitForTasks(since ticket: UInt64, misses: inout Int) async throws {
        let now = clock.now
        let outlook = try await ridingOut {
            try await queue.outlook(for: worker.queues)
        } orWhenStopping: {
            TaskOutlook(next: now, ticket: 0)
        }
        var deadline = min(outlook.next ?? .distantFuture, now + Self.longestWait)
        if deadline <= now {
            // A task that came since looking is taken at once. Where there is again none to be had, the hint knows less than
            // the queue (another process may have reached a limit): wait a little, and longer each time.
            misses += 1
            guard misses > 1 else { return }
            let milliseconds = 5 << min(misses, 7)
            deadline = now + .milliseconds(milliseconds)
        } else {
            misses = 0
        }
        let source = queue, changes = slots.changes, end = deadline
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await source.waitForTasks(since: outlook, until: end) }
            group.addTask { try await changes.wait(since: ticket) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Waits until no attempt runs, at the longest the grace period.
    private func drain() async throws {
        let end = clock.now + worker.gracePeriod
        while true {
            let ticket = slots.changes.ticket
            if slots.open == 0 || clock.now >= end { return }
            try await slots.changes.wait(since: ticket, until: end, clock: clock)
        }
    }
}
