#if canImport(Testing)
import EventLedger
import Testing

extension TaskQueueConformance {
    static let listing: [Obligation] = [
        Obligation(1, "How queues stand can be seen", needs: [.statistics], standing),
        Obligation(1, "What has ended is counted as long as it is remembered", needs: [.statistics], ended),
        Obligation(1, "All tasks are listed by queue and name, page after page", needs: [.statistics], pages),
        Obligation(1, "A queue's configuration is what was set last", needs: [.statistics], configurations),
        Obligation(8, "A page that cannot be is refused", needs: [.statistics], invalidPages),
    ]

    private static func standing(_ run: Run) async throws {
        let queue = try listable(run), start = run.clock.now
        _ = try await queue.enqueue([try task("a"), try task("gone")])
        run.clock.advance(by: .seconds(1))
        _ = try await queue.enqueue([
            try task("b"), try task("later", schedule: .after(.seconds(3600))), try task("x", in: "another"),
        ])
        try await queue.cancel("gone", in: Self.queue)
        try await queue.pause("zzz")
        let found = try await queue.statistics()
        #expect(found.map(\.queue) == ["another", Self.queue, "zzz"])
        #expect(found.map(\.isPaused) == [false, false, true])
        #expect(
            found.first { $0.queue == Self.queue }
                == QueueStatistics(
                    queue: Self.queue, isPaused: false, ready: 2, scheduled: 1, leased: 0, done: 0, dead: 0,
                    oldestReadyAt: start
                )
        )
    }

    private static func ended(_ run: Run) async throws {
        let subject = run.subject, queue = try listable(run), day = Duration.seconds(86_400)
        let log = ErrandLog()
        try await queue.configure(Self.queue, QueueConfiguration(retry: policy(1), nameRetention: day * 7))
        _ = try await queue.enqueue([
            try task("done"), try task("dead"), try task("later", schedule: .after(day * 3)),
        ])
        try await subject.deliver(logging: log, "one task is done and one is dead") {
            guard try await subject.isBuried("dead") else { return false }
            return try await subject.hasEvent(in: TaskQueueSubject.stream("done"))
        } _: { _, context in
            if context.key.name == "dead" { throw ErrandFailure() }
            return TaskQueueSubject.mark(context.key)
        }
        let after = try await counts(in: queue)
        #expect(after == [0, 1, 0, 1, 1])
        let letter = DeadLetterID(of: TaskKey(queue: Self.queue, name: "dead"))
        try await subject.ledger.deadLetters.retry(letter, by: "ada", note: "fixed")
        // The task that it was is remembered all the same.
        let retried = try await counts(in: queue)
        #expect(retried == [1, 1, 0, 1, 1])
        let living = try await keys(TaskQuery(queue: Self.queue, states: [.waiting, .leased]), in: queue)
        #expect(
            living == [
                TaskKey(queue: Self.queue, name: "dead", generation: 2), TaskKey(queue: Self.queue, name: "later"),
            ])
        run.clock.advance(by: day * 8)
        let forgotten = try await counts(in: queue)
        #expect(forgotten == [2, 0, 0, 0, 0])
    }

    /// Ready, scheduled, leased, done and dead.
    private static func counts(in queue: any ListableTaskQueue) async throws -> [Int] {
        let found = try #require(try await queue.statistics().first { $0.queue == Self.queue })
        return [found.ready, found.scheduled, found.leased, found.done, found.dead]
    }

    private static func pages(_ run: Run) async throws {
        let queue = try listable(run)
        let queues: [QueueName] = ["b", "a", "B"]
        let names = AwkwardNames.all.prefix(15)
        for name in queues { _ = try await queue.enqueue(try names.map { try task($0, in: name) }) }
        let sortedNames = names.map { TaskName($0) }.sorted()
        let expected: [TaskKey] = queues.sorted().flatMap { queue in
            sortedNames.map { TaskKey(queue: queue, name: $0) }
        }
        for name in sortedNames.prefix(5) { try await queue.cancel(name, in: "a") }
        for limit in [1, 7, 45, 1000] {
            let found = try await keys(TaskQuery(limit: limit), in: queue)
            #expect(found == expected, "limit \(limit)")
        }
        let ofOne = try await keys(TaskQuery(queue: "b", limit: 4), in: queue)
        let expectedOfOne = expected.filter { $0.queue == "b" }
        #expect(ofOne == expectedOfOne)
        let cancelled = try await keys(TaskQuery(states: [.cancelled], limit: 3), in: queue)
        let expectedCancelled = Array(expected.filter { $0.queue == "a" }.prefix(5))
        #expect(cancelled == expectedCancelled)
        let others = try await keys(TaskQuery(queue: "a", states: [.waiting, .done], limit: 3), in: queue)
        let expectedOthers = Array(expected.filter { $0.queue == "a" }.dropFirst(5))
        #expect(others == expectedOthers)
        let unknown = try await keys(TaskQuery(queue: "unknown"), in: queue)
        #expect(unknown.isEmpty)
        // A cursor of another queue stands before or behind all of this one.
        let before = try await keys(TaskQuery(queue: "b", from: TaskKey(queue: "a", name: "z")), in: queue)
        #expect(before == expectedOfOne)
        let behind = try await keys(TaskQuery(queue: "a", from: TaskKey(queue: "b", name: "a")), in: queue)
        #expect(behind.isEmpty)
    }

    /// The keys of all pages of a query.
    static func keys(_ query: TaskQuery, in queue: any ListableTaskQueue) async throws -> [TaskKey] {
        var query = query
        var keys: [TaskKey] = []
        repeat {
            let page = try await queue.tasks(query)
            #expect(page.tasks.count <= query.limit)
            keys += page.tasks.map(\.key)
            query.cursor = page.next
        } while query.cursor != nil && keys.count < 10_000
        return keys
    }

    private static func configurations(_ run: Run) async throws {
        let queue = try listable(run)
        let unset = try await queue.configuration(of: Self.queue)
        #expect(unset == QueueConfiguration())
        for attempts in [2, 3] {
            let configuration = QueueConfiguration(
                dispatchesPerSecond: 2.5, concurrentDispatches: 4, retry: policy(attempts), nameRetention: .seconds(60))
            try await queue.configure(Self.queue, configuration)
            let found = try await queue.configuration(of: Self.queue)
            #expect(found == configuration)
        }
    }

    private static func invalidPages(_ run: Run) async throws {
        let queue = try listable(run)
        for limit in [0, 1001] {
            await expectError(.invalidValue, "a page of \(limit)") {
                _ = try await queue.tasks(TaskQuery(limit: limit))
            }
        }
        await expectError(.invalidName, "a queue without a name") { _ = try await queue.tasks(TaskQuery(queue: "")) }
    }

    private static func listable(_ run: Run) throws -> any ListableTaskQueue {
        try #require(run.subject.ledger.tasks as? any ListableTaskQueue, "the capability 'statistics' is claimed")
    }
}
#endif
