#if canImport(Testing)
import EventLedger
import Testing

extension LeasedTaskQueueConformance {
    static let generations: [Obligation] = [
        Obligation(2, "A name is taken while any of its tasks is leased", takenByOlderLease),
        Obligation(2, "A name is taken while any of its tasks waits", takenByOlderWaiting),
        Obligation(2, "A new task gets no generation of which there is a dead letter", generationsWithLetters),
        Obligation(1, "Statistics count what has ended as long as it is remembered", statisticsForget),
    ]

    private static let retention = Duration.seconds(100)

    /// Makes two tasks of one name: the older one was enqueued when the name was forgotten, the newer one came of a retry
    /// of the first one's letter.
    private static func twoAlive(
        _ run: Run, olderWaits: TaskSchedule
    ) async throws -> (older: TaskKey, newer: TaskKey) {
        let ledger = run.subject
        try await ledger.leasedTasks.configure("work", QueueConfiguration(nameRetention: retention))
        try await ledger.enqueue(task("a"))
        let first = try await ledger.leaseOne()
        try await ledger.leasedTasks.settle(first.lease, .discarded(failure))
        run.clock.advance(by: retention)
        let older = try await ledger.enqueue(task("a", schedule: olderWaits))
        #expect(!older.isDuplicate)
        run.clock.advance(by: .seconds(1))
        let isRetried = try await ledger.deadLetters.retry(DeadLetterID(of: first.task.key), by: "ada", note: "fixed")
        #expect(isRetried)
        let newer = try #require(try await ledger.record("a"))
        #expect(newer.key.generation > older.key.generation)
        let taken = try await ledger.enqueue(task("a"))
        #expect(taken == EnqueuedTask(key: newer.key, isDuplicate: true))
        return (older.key, newer.key)
    }

    private static func takenByOlderLease(_ run: Run) async throws {
        let ledger = run.subject
        let (older, newer) = try await twoAlive(run, olderWaits: .now)
        let held = try await ledger.leaseOne()
        #expect(held.task.key == older)
        let isCancelled = try await ledger.leasedTasks.cancel("a", in: "work")
        #expect(isCancelled)
        let taken = try await ledger.enqueue(task("a"))
        #expect(taken == EnqueuedTask(key: older, isDuplicate: true))
        try await ledger.complete(held)
        // The latest was cancelled, and so gave the name back.
        let free = try await ledger.enqueue(task("a"))
        #expect(!free.isDuplicate)
        #expect(free.key.generation > newer.generation)
    }

    private static func takenByOlderWaiting(_ run: Run) async throws {
        let ledger = run.subject
        let (older, newer) = try await twoAlive(run, olderWaits: .after(retention + minute))
        let held = try await ledger.leaseOne()
        #expect(held.task.key == newer)
        try await ledger.complete(held)
        let taken = try await ledger.enqueue(task("a"))
        #expect(taken == EnqueuedTask(key: older, isDuplicate: true))
        run.clock.advance(by: retention)
        let stillTaken = try await ledger.enqueue(task("a"))
        #expect(stillTaken == EnqueuedTask(key: older, isDuplicate: true))
    }

    private static func generationsWithLetters(_ run: Run) async throws {
        let ledger = run.subject
        func record(_ generation: Int) async throws -> DeadLetterID {
            let key = TaskKey(queue: "work", name: "a", generation: generation)
            let letter = DeadLetter(
                id: DeadLetterID(of: key), source: .task(key), type: "test.task", payload: .emptyObject,
                failure: failure, attempts: 1, firstFailedAt: run.clock.now, lastFailedAt: run.clock.now
            )
            try await ledger.deadLetters.record(letter)
            return letter.id
        }
        let first = try await record(1)
        _ = try await record(2)
        let third = try await ledger.enqueue(task("a"))
        #expect(third == EnqueuedTask(key: TaskKey(queue: "work", name: "a", generation: 3), isDuplicate: false))
        _ = try await record(4)
        try await ledger.deadLetters.retry(first, by: "ada", note: "fixed")
        let fifth = try await ledger.record("a")
        #expect(fifth?.key.generation == 5)
        _ = try await record(6)
        try await ledger.leasedTasks.cancel("a", in: "work")
        let seventh = try await ledger.enqueue(task("a"))
        #expect(seventh == EnqueuedTask(key: TaskKey(queue: "work", name: "a", generation: 7), isDuplicate: false))
        // Its letter takes the place of no other.
        let leased = try await ledger.leaseOne()
        try await ledger.leasedTasks.settle(leased.lease, .discarded(failure))
        let letters = try await ledger.allLetters()
        #expect(letters.count == 5)
    }

    private static func statisticsForget(_ run: Run) async throws {
        let ledger = run.subject
        let queue = ledger.leasedTasks
        try await queue.configure("work", QueueConfiguration(nameRetention: retention))
        try await queue.enqueue([task("done"), task("dead")])
        for leased in try await ledger.lease(2) {
            if leased.task.key.name == "done" {
                try await ledger.complete(leased)
            } else {
                try await queue.settle(leased.lease, .discarded(failure))
                // The task that it was is remembered all the same.
                try await ledger.deadLetters.retry(DeadLetterID(of: leased.task.key), by: "ada", note: "fixed")
            }
        }
        run.clock.advance(by: retention - .seconds(1))
        let remembered = try await ledger.statistics()
        #expect(remembered?.done == 1)
        #expect(remembered?.dead == 1)
        #expect(remembered?.ready == 1)
        run.clock.advance(by: .seconds(1))
        let forgotten = try await ledger.statistics()
        #expect(forgotten?.done == 0)
        #expect(forgotten?.dead == 0)
        #expect(forgotten?.ready == 1)
    }
}
#endif
