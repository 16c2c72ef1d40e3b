#if canImport(Testing)
import EventLedger
import Synchronization
import Testing

extension TaskQueueConformance {
    static let steering: [Obligation] = [
        Obligation(4, "A cancelled task does not run, and its name can be enqueued again", cancelWaiting),
        Obligation(4, "A task that has ended or is unknown is not cancelled", cancelOthers),
        Obligation(4, "A task that is being handled is not cancelled", cancelHandled),
        Obligation(5, "A paused queue hands out nothing and takes tasks", pause),
        Obligation(6, "No more tasks run at once than may", needs: [.rateLimits], concurrency),
    ]

    private static func cancelWaiting(_ run: Run) async throws {
        let subject = run.subject, ledger = subject.ledger
        let log = ErrandLog()
        _ = try await ledger.tasks.enqueue([
            try task("a"), try task("later", schedule: .after(.seconds(1))),
            try task("b", schedule: .after(.seconds(2))),
        ])
        for name in ["a", "later"] as [TaskName] {
            let isCancelled = try await ledger.tasks.cancel(name, in: queue)
            #expect(isCancelled, "\(name)")
        }
        let again = try await ledger.tasks.cancel("a", in: queue)
        #expect(!again)
        try await subject.deliver(logging: log, "the task behind the cancelled ones is done") {
            try await subject.hasEvent(in: TaskQueueSubject.stream("b"))
        } _: { _, context in
            TaskQueueSubject.mark(context.key)
        }
        #expect(log.names == ["b"])
        let anew = try await ledger.tasks.enqueue([try task("a")])
        #expect(anew == [EnqueuedTask(key: TaskKey(queue: queue, name: "a", generation: 2), isDuplicate: false)])
        try await subject.deliver(logging: log, "the second generation is done") {
            try await subject.hasEvent(in: TaskQueueSubject.stream("a"))
        } _: { _, context in
            TaskQueueSubject.mark(context.key)
        }
        #expect(log.of("a").map(\.key.generation) == [2])
        #expect(log.of("a").map(\.number) == [1])
    }

    private static func cancelOthers(_ run: Run) async throws {
        let subject = run.subject, ledger = subject.ledger
        let log = ErrandLog()
        _ = try await ledger.tasks.enqueue([try task("done"), try task("dead")])
        try await subject.deliver(logging: log, "one task is done and one is discarded") {
            let isBuried = try await subject.isBuried("dead")
            let isDone = try await subject.hasEvent(in: TaskQueueSubject.stream("done"))
            return isBuried && isDone
        } _: { _, context in
            context.key.name == "dead" ? .discard(reason: "for a test") : TaskQueueSubject.mark(context.key)
        }
        for name in ["done", "dead", "unknown"] as [TaskName] {
            let isCancelled = try await ledger.tasks.cancel(name, in: queue)
            #expect(!isCancelled, "\(name)")
        }
    }

    private static func cancelHandled(_ run: Run) async throws {
        let subject = run.subject, ledger = subject.ledger
        let log = ErrandLog(), answer = Mutex<Bool?>(nil)
        _ = try await ledger.tasks.enqueue([try task("a")])
        try await subject.deliver(logging: log, "a task that somebody tried to cancel is done") {
            try await subject.hasEvent(in: TaskQueueSubject.stream("a"))
        } _: { _, context in
            let isCancelled = try await ledger.tasks.cancel("a", in: queue)
            answer.withLock { $0 = isCancelled }
            return TaskQueueSubject.mark(context.key)
        }
        #expect(answer.withLock { $0 } == false)
    }

    private static func pause(_ run: Run) async throws {
        let subject = run.subject, ledger = subject.ledger
        let log = ErrandLog()
        _ = try await ledger.tasks.enqueue([try task("a")])
        try await ledger.tasks.pause(queue)
        try await ledger.tasks.pause(queue)
        _ = try await ledger.tasks.enqueue([try task("b"), try task("x", in: "other")])
        try await subject.deliver(from: [queue, "other"], logging: log, "a queue that is not paused goes on") {
            try await subject.hasEvent(in: TaskQueueSubject.stream("x"))
        } _: { _, context in
            TaskQueueSubject.mark(context.key)
        }
        #expect(log.names == ["x"])
        try await ledger.tasks.resume(queue)
        try await subject.deliver(from: [queue, "other"], logging: log, "a queue that was resumed goes on") {
            try await ledger.headPosition().rawValue >= 3
        } _: { _, context in
            TaskQueueSubject.mark(context.key)
        }
        #expect(Set(log.names) == ["a", "b", "x"])
    }

    private static func concurrency(_ run: Run) async throws {
        let subject = run.subject, ledger = subject.ledger
        let log = ErrandLog()
        let running = Mutex((now: 0, most: 0))
        try await ledger.tasks.configure(queue, QueueConfiguration(concurrentDispatches: 2))
        _ = try await ledger.tasks.enqueue(try (0..<8).map { try task("t-\($0)") })
        try await subject.deliver(logging: log, "eight tasks are done, two at once") {
            try await ledger.headPosition().rawValue >= 8
        } _: { _, context in
            running.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            defer { running.withLock { $0.now -= 1 } }
            try await context.clock.sleep(for: .seconds(1))
            return TaskQueueSubject.mark(context.key)
        }
        #expect(running.withLock { $0.most } <= 2)
    }
}
#endif
