#if canImport(Testing)
import EventLedger
import Testing

extension TaskQueueConformance {
    static let naming: [Obligation] = [
        Obligation(2, "A name is enqueued once while it is remembered", namesDeduplicate),
        Obligation(2, "Of one name enqueued many times at once one task is made", nameRaced),
        Obligation(2, "A finished name is forgotten after a time, and gets the next generation", nameRetention),
        Obligation(2, "A new task gets no generation of which there is a dead letter", generationsWithLetters),
        Obligation(8, "Invalid tasks are refused, all of them", invalidTasks),
    ]

    private static func namesDeduplicate(_ run: Run) async throws {
        let subject = run.subject, ledger = subject.ledger
        let log = ErrandLog()
        let results = try await ledger.tasks.enqueue([
            try task("a"), try task("a", number: 9), try task("b"), try task("a", in: "other"),
        ])
        let a = TaskKey(queue: queue, name: "a"), b = TaskKey(queue: queue, name: "b")
        #expect(results.map(\.key) == [a, a, b, TaskKey(queue: "other", name: "a")])
        #expect(results.map(\.isDuplicate) == [false, true, false, false])
        try await subject.deliver(from: [queue, "other"], logging: log, "three tasks are done") {
            try await ledger.headPosition().rawValue >= 3
        } _: { errand, context in
            #expect(errand.number == 0, "the first one's payload counts")
            return TaskQueueSubject.mark(context.key)
        }
        let later = try await ledger.tasks.enqueue([try task("a")])
        #expect(later == [EnqueuedTask(key: a, isDuplicate: true)])
    }

    private static func nameRaced(_ run: Run) async throws {
        let ledger = run.subject.ledger
        let raced = try task("once")
        let outcomes = try await concurrently(16) { _ in try await ledger.tasks.enqueue([raced]) }
        #expect(outcomes.compactMap(\.code).isEmpty)
        #expect(outcomes.compactMap(\.value).flatMap { $0 }.filter { !$0.isDuplicate }.count == 1)
    }

    private static func nameRetention(_ run: Run) async throws {
        let subject = run.subject, ledger = subject.ledger
        let log = ErrandLog()
        let retention = Duration.seconds(2)
        try await ledger.tasks.configure(queue, QueueConfiguration(nameRetention: retention))
        let stream = TaskQueueSubject.stream("a")
        _ = try await ledger.tasks.enqueue([try task("a")])
        try await subject.deliver(logging: log, "the first generation is done") {
            try await subject.hasEvent(in: stream)
        } _: { _, context in
            TaskQueueSubject.mark(context.key)
        }
        // Delivering makes time pass where it does not by itself.
        let end = ledger.clock.now + retention + .seconds(1)
        try await subject.deliver(logging: log, "the name is forgotten") { ledger.clock.now >= end }
        let anew = try await ledger.tasks.enqueue([try task("a")])
        #expect(anew == [EnqueuedTask(key: TaskKey(queue: queue, name: "a", generation: 2), isDuplicate: false)])
        try await subject.deliver(logging: log, "the second generation is done") {
            try await subject.eventCount(in: stream) == 2
        } _: { _, context in
            TaskQueueSubject.mark(context.key)
        }
    }

    private static func generationsWithLetters(_ run: Run) async throws {
        let ledger = run.subject.ledger
        func record(_ generation: Int) async throws {
            let key = TaskKey(queue: queue, name: "a", generation: generation)
            try await ledger.deadLetters.record(
                DeadLetter(
                    id: DeadLetterID(of: key), source: .task(key), type: Errand.kind.rawValue, payload: .emptyObject,
                    failure: LeasedTaskQueueConformance.failure, attempts: 1, firstFailedAt: ledger.clock.now,
                    lastFailedAt: ledger.clock.now
                ))
        }
        try await record(1)
        try await record(2)
        let third = try await ledger.tasks.enqueue([try task("a", schedule: .after(.seconds(3600)))])
        #expect(third == [EnqueuedTask(key: TaskKey(queue: queue, name: "a", generation: 3), isDuplicate: false)])
        try await record(4)
        let isCancelled = try await ledger.tasks.cancel("a", in: queue)
        #expect(isCancelled)
        let fifth = try await ledger.tasks.enqueue([try task("a")])
        #expect(fifth == [EnqueuedTask(key: TaskKey(queue: queue, name: "a", generation: 5), isDuplicate: false)])
    }

    private static func invalidTasks(_ run: Run) async throws {
        let ledger = run.subject.ledger
        let good = try task("good")
        for (index, text) in AwkwardNames.invalid.enumerated() {
            let bad = try task(text), elsewhere = try task("bad", in: QueueName(text))
            await expectError(.invalidName, "the invalid task name number \(index)") {
                _ = try await ledger.tasks.enqueue([good, bad])
            }
            await expectError(.invalidName, "the invalid queue name number \(index)") {
                _ = try await ledger.tasks.enqueue([good, elsewhere])
            }
            await expectError(.invalidName, "cancelling the invalid task name number \(index)") {
                _ = try await ledger.tasks.cancel(TaskName(text), in: queue)
            }
        }
        let large = NewTask(
            kind: Errand.kind, payload: jsonString(bytes: LedgerLimits.taskBytes + 1), named: "large", in: queue)
        await expectError(.limitExceeded, "a payload over the limit") {
            _ = try await ledger.tasks.enqueue([good, large])
        }
        await expectError(.invalidValue, "a rate of nothing") {
            try await ledger.tasks.configure(queue, QueueConfiguration(dispatchesPerSecond: 0))
        }
        let results = try await ledger.tasks.enqueue([good])
        #expect(results.map(\.isDuplicate) == [false], "nothing was enqueued before")
    }
}
#endif
