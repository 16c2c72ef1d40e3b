import EventLedger
import EventLedgerInMemory
import EventLedgerTesting
import ServiceLifecycle
import TestSupport
import Testing

/// Heartbeats, timeouts and the ways a worker stops.
@Suite(.timeLimit(.minutes(5))) struct TaskWorkerTimeTests {
    private typealias Fixtures = WorkerFixtures

    private let clock: TestClock
    private let ledger: InMemoryLedger

    init() {
        clock = TestClock()
        ledger = InMemoryLedger(clock: clock)
    }

    @Test func theHeartbeatKeepsTheTaskOfALongAttempt() async throws {
        try await ledger.leasedTasks.enqueue([try Fixtures.task(1)])
        let gate = Gate()
        let worker = Fixtures.worker(ledger) { number, _ in
            try await gate.wait()
            return try Fixtures.counting(number)
        }
        async let running = worker.runUntilIdle()
        // The one sleeper is the heartbeat: the only slot is taken.
        for _ in 0..<9 {
            try await clock.waitForSleepers(1)
            clock.advance(by: .seconds(20))
        }
        try await clock.waitForSleepers(1)
        let stolen = try await ledger.leasedTasks.lease(
            from: [Fixtures.queue], limit: 1, for: .seconds(60), worker: "thief"
        )
        #expect(stolen.isEmpty)
        gate.open()
        let report = try await running
        #expect(report.done == 1)
        #expect(report.lost == 0)
    }

    @Test func anAttemptThatTakesTooLongFails() async throws {
        try await ledger.leasedTasks.enqueue([try Fixtures.task(1, retry: RetryPolicy(maxAttempts: 1))])
        let gate = Gate()
        let worker = Fixtures.worker(ledger, attemptTimeout: .seconds(10)) { number, _ in
            try await gate.wait()
            return try Fixtures.counting(number)
        }
        async let running = worker.runUntilIdle()
        // Heartbeat and timeout.
        try await clock.waitForSleepers(2)
        clock.advance(by: .seconds(10))
        let report = try await running
        #expect(report.failed == 1)
        #expect(try await Fixtures.letters(ledger).first?.errorType == "AttemptTimeout")
        #expect(try await Fixtures.counted(ledger).isEmpty)
    }

    @Test func aGracefulShutdownLetsAttemptsEndAndLeasesNoMore() async throws {
        try await ledger.leasedTasks.enqueue([try Fixtures.task(1), try Fixtures.task(2)])
        let started = Gate()
        let worker = Fixtures.worker(ledger) { number, _ in
            started.open()
            // Whoever triggers the shutdown only asks for it; the worker knows of it before its handler does.
            try await gracefulShutdown()
            return try Fixtures.counting(number)
        }
        let group = ServiceGroup(services: [worker], logger: Fixtures.quiet)
        async let running: Void = group.run()
        try await started.wait()
        await group.triggerGracefulShutdown()
        try await running
        let states = try await [Fixtures.record(ledger, 1)?.state, Fixtures.record(ledger, 2)?.state]
        #expect(states.filter { $0 == .done }.count == 1)
        #expect(states.filter { $0 == .waiting }.count == 1)
        #expect(try await Fixtures.counted(ledger).count == 1)
    }

    @Test func whatDoesNotEndWithinTheGracePeriodIsReleased() async throws {
        try await ledger.leasedTasks.enqueue([try Fixtures.task(1)])
        let never = Gate(), started = Gate()
        let worker = Fixtures.worker(ledger, gracePeriod: .zero) { _, _ in
            started.open()
            try await never.wait()
            return .done()
        }
        let group = ServiceGroup(services: [worker], logger: Fixtures.quiet)
        async let running: Void = group.run()
        try await started.wait()
        await group.triggerGracefulShutdown()
        try await running
        let found = try await Fixtures.record(ledger, 1)
        let record = try #require(found)
        #expect(record.state == .waiting)
        #expect(record.attempts == 0)
    }

    @Test func cancellationReleasesTheTask() async throws {
        try await ledger.leasedTasks.enqueue([try Fixtures.task(1)])
        let never = Gate(), started = Gate()
        let worker = Fixtures.worker(ledger) { _, _ in
            started.open()
            try await never.wait()
            return .done()
        }
        let running = Task { try await worker.run() }
        try await started.wait()
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
        let found = try await Fixtures.record(ledger, 1)
        let record = try #require(found)
        #expect(record.state == .waiting)
        #expect(record.attempts == 0)
    }

    @Test func severalSchedulersFireOnce() async throws {
        let task = RecurringTask(
            kind: "number", payload: .emptyObject, named: "poll", in: Fixtures.queue, recurring: .every(.seconds(60))
        )
        let schedulers = (0..<2).map { _ in TaskScheduler(ledger: ledger, recurring: [task], logger: Fixtures.quiet) }
        let running = schedulers.map { scheduler in Task { try await scheduler.run() } }
        var expected: Set<TaskName> = []
        for _ in 0..<3 {
            try await clock.waitForSleepers(2)
            let time = try #require(task.nextTime(after: clock.now))
            expected.insert(task.task(firingAt: time).name)
            clock.set(to: time)
        }
        try await clock.waitForSleepers(2)
        for one in running { one.cancel() }
        for one in running { _ = await one.result }
        let names = try await ledger.leasedTasks.tasks(TaskQuery(queue: Fixtures.queue)).tasks.map(\.key.name)
        #expect(Set(names) == expected)
        #expect(names.count == 3)
    }
}
