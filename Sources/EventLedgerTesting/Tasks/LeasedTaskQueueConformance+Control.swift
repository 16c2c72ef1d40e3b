#if canImport(Testing)
import EventLedger
import Testing

extension LeasedTaskQueueConformance {
    static let control: [Obligation] = [
        Obligation(4, "A cancelled task does not run, and its name can be enqueued again", cancelWaiting),
        Obligation(4, "A task that is held or has ended is not cancelled", cancelOthers),
        Obligation(5, "A paused queue hands out nothing and takes tasks", pause),
        Obligation(5, "Tasks that run when a queue is paused go on", pauseWhileRunning),
    ]

    static let rates: [Obligation] = [
        Obligation(6, "Rate and burst are kept", needs: [.rateLimits], rateAndBurst),
        Obligation(6, "A change of the burst adds nothing to what was saved up", needs: [.rateLimits], burstChanges),
        Obligation(6, "No more tasks run at once than may", needs: [.rateLimits], concurrency),
        Obligation(6, "Rates are kept across processes", needs: [.rateLimits, .reopening], ratesAcrossProcesses),
        Obligation(6, "A queue that was never configured has the defaults", defaults),
    ]

    private static func cancelWaiting(_ run: Run) async throws {
        let ledger = run.subject
        let queue = ledger.leasedTasks
        try await queue.enqueue([task("a"), task("b"), task("later", schedule: .after(minute))])
        let a = try await queue.cancel("a", in: "work")
        let later = try await queue.cancel("later", in: "work")
        let again = try await queue.cancel("a", in: "work")
        let unknown = try await queue.cancel("unknown", in: "work")
        let elsewhere = try await queue.cancel("b", in: "other")
        #expect([a, later, again, unknown, elsewhere] == [true, true, false, false, false])
        run.clock.advance(by: minute + minute)
        let names = try await ledger.leasedNames()
        #expect(names == ["b"])
        let anew = try await ledger.enqueue(task("a"))
        #expect(anew == EnqueuedTask(key: TaskKey(queue: "work", name: "a", generation: 2), isDuplicate: false))
        let leased = try await ledger.leaseOne()
        #expect(leased.task.key.generation == 2)
        #expect(leased.task.attempts == 1)
    }

    private static func cancelOthers(_ run: Run) async throws {
        let ledger = run.subject
        let queue = ledger.leasedTasks
        try await queue.enqueue([task("held"), task("done"), task("dead")])
        for leased in try await ledger.lease(3) {
            if leased.task.key.name == "done" { try await ledger.complete(leased) }
            if leased.task.key.name == "dead" { try await queue.settle(leased.lease, .discarded(failure)) }
        }
        for name in ["held", "done", "dead"] as [TaskName] {
            let isCancelled = try await queue.cancel(name, in: "work")
            #expect(!isCancelled, "\(name)")
        }
        let held = try await ledger.record("held")
        #expect(held?.state == .leased)
    }

    private static func pause(_ run: Run) async throws {
        let ledger = run.subject
        let queue = ledger.leasedTasks
        try await ledger.enqueue(task("a"))
        try await ledger.enqueue(task("x", in: "other"))
        try await queue.pause("work")
        try await queue.pause("work")
        try await ledger.enqueue(task("b"))
        let none = try await ledger.leasedNames()
        #expect(none.isEmpty)
        let paused = try await ledger.statistics()
        #expect(paused?.isPaused == true)
        let others = try await queue.lease(from: ["work", "other"], limit: 10, for: minute, worker: "w")
        #expect(others.map(\.task.key.name) == ["x"])
        try await queue.resume("work")
        let both = try await ledger.leasedNames()
        #expect(both == ["a", "b"])
    }

    private static func pauseWhileRunning(_ run: Run) async throws {
        let ledger = run.subject
        let queue = ledger.leasedTasks
        try await queue.enqueue([task("a"), task("b")])
        let leased = try await ledger.lease(2)
        try await queue.pause("work")
        let first = try #require(leased.first), second = try #require(leased.last)
        let extended = try await queue.extend(first.lease, for: minute + minute)
        #expect(extended.expiresAt == run.clock.now + minute + minute)
        try await ledger.complete(first)
        try await queue.settle(second.lease, .released)
        let none = try await ledger.leasedNames()
        #expect(none.isEmpty)
    }

    private static func rateAndBurst(_ run: Run) async throws {
        let ledger = run.subject
        try await ledger.leasedTasks.configure("work", QueueConfiguration(dispatchesPerSecond: 2, burst: 3))
        try await ledger.leasedTasks.enqueue((0..<20).map { task("t-\($0)") })
        run.clock.advance(by: minute)
        let steps: [(Duration, Int)] = [
            (.zero, 3), (.zero, 0), (.milliseconds(499), 0), (.milliseconds(1), 1), (.seconds(1), 2),
            (.milliseconds(250), 0),
            (.milliseconds(250), 1), (.seconds(-30), 0), (.seconds(30), 0), (.milliseconds(500), 1), (.seconds(100), 3),
        ]
        for (index, step) in steps.enumerated() {
            run.clock.advance(by: step.0)
            // Held for long, so that no lease expires meanwhile; asked for twice, so that one call's limit is not the bound.
            let first = try await ledger.lease(2, for: .seconds(86_400))
            let second = try await ledger.lease(10, for: .seconds(86_400))
            #expect(first.count + second.count == step.1, "step \(index)")
        }
    }

    private static func burstChanges(_ run: Run) async throws {
        let ledger = run.subject
        func leased(burst: Int) async throws -> Int {
            try await ledger.leasedTasks.configure("work", QueueConfiguration(dispatchesPerSecond: 1, burst: burst))
            return try await ledger.lease(10, for: .seconds(86_400)).count
        }
        try await ledger.leasedTasks.enqueue((0..<20).map { task("t-\($0)") })
        try await ledger.leasedTasks.configure("work", QueueConfiguration(dispatchesPerSecond: 1, burst: 2))
        // Nobody has taken from the bucket yet; it holds the old burst all the same.
        let raised = try await leased(burst: 5)
        #expect(raised == 2)
        run.clock.advance(by: minute)
        let lowered = try await leased(burst: 3)
        #expect(lowered == 3)
        run.clock.advance(by: .seconds(2))
        let saved = try await leased(burst: 10)
        #expect(saved == 2)
        try await ledger.leasedTasks.configure("work", QueueConfiguration())
        let givenAgain = try await leased(burst: 4)
        #expect(givenAgain == 4)
    }

    private static func concurrency(_ run: Run) async throws {
        let ledger = run.subject
        let queue = ledger.leasedTasks
        try await queue.configure("work", QueueConfiguration(concurrentDispatches: 3, retry: immediately()))
        try await queue.enqueue((0..<20).map { task("t-\($0)") })
        let outcomes = try await concurrently(8) { _ in try await ledger.lease(2) }
        let held = outcomes.compactMap(\.value).flatMap { $0 }
        #expect(held.count == 3)
        guard held.count == 3 else { return }
        try await ledger.complete(held[0])
        try await queue.settle(held[1].lease, .released)
        let two = try await ledger.lease(10)
        #expect(two.count == 2)
        try await queue.settle(held[2].lease, .failed(failure))
        let one = try await ledger.lease(10)
        #expect(one.count == 1)
        run.clock.advance(by: minute + .seconds(1))
        let afterExpiry = try await ledger.lease(10)
        #expect(afterExpiry.count == 3)
    }

    private static func ratesAcrossProcesses(_ run: Run) async throws {
        let first = run.subject
        let second = try await run.reopen()
        try await first.leasedTasks.configure(
            "work", QueueConfiguration(dispatchesPerSecond: 1, burst: 4, concurrentDispatches: 6)
        )
        try await second.leasedTasks.enqueue((0..<20).map { task("t-\($0)") })
        run.clock.advance(by: .seconds(10))
        let outcomes = try await concurrently(8) { index in
            try await (index.isMultiple(of: 2) ? first : second).lease(2, for: .seconds(3600))
        }
        let held = outcomes.compactMap(\.value).flatMap { $0 }
        #expect(held.count == 4)
        #expect(Set(held.map(\.task.key)).count == held.count)
        run.clock.advance(by: .seconds(10))
        let more = try await second.lease(10, for: .seconds(3600))
        #expect(more.count == 2)
        let none = try await first.lease(10)
        #expect(none.isEmpty)
    }

    private static func defaults(_ run: Run) async throws {
        let ledger = run.subject
        let queue = ledger.leasedTasks
        let never = try await queue.configuration(of: "never")
        #expect(never == QueueConfiguration())
        let configuration = QueueConfiguration(
            dispatchesPerSecond: 12.5, burst: 7, concurrentDispatches: 3,
            retry: RetryPolicy(
                maxAttempts: nil, maxRetryDuration: .seconds(99), minBackoff: .milliseconds(1500),
                maxBackoff: .seconds(7),
                maxDoublings: 2
            ),
            nameRetention: .seconds(5)
        )
        try await queue.configure("work", configuration)
        let set = try await queue.configuration(of: "work")
        #expect(set == configuration)
        try await queue.configure("work", QueueConfiguration())
        let reset = try await queue.configuration(of: "work")
        #expect(reset == QueueConfiguration())
    }
}
#endif
