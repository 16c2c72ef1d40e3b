#if canImport(Testing)
import EventLedger
import Testing

extension TaskQueueConformance {
    static let retrying: [Obligation] = [
        Obligation(7, "A failed attempt is retried after the queue's wait, and counted", retries),
        Obligation(7, "A task's own policy decides its waits", needs: [.perTaskBackoff], ownWaits),
        Obligation(7, "The last attempt that fails makes a dead letter, which keeps what a person needs", lastAttempt),
        Obligation(7, "The end of the retry duration makes a dead letter", retryDuration),
        Obligation(7, "A dead letter that is retried runs as the next generation", retriedLetter),
        Obligation(7, "Putting off waits, and uses no attempt", snooze),
        Obligation(7, "Discarding makes a dead letter at once", discard),
        Obligation(7, "What no handler can take becomes a dead letter with its bytes", unroutable),
    ]

    private static func retries(_ run: Run) async throws {
        let subject = run.subject, ledger = subject.ledger
        let log = ErrandLog()
        try await ledger.tasks.configure(queue, QueueConfiguration(retry: policy(5)))
        _ = try await ledger.tasks.enqueue([try task("a")])
        try await subject.deliver(logging: log, "the third attempt is done") {
            try await subject.hasEvent(in: TaskQueueSubject.stream("a"))
        } _: { _, context in
            if context.attempt < 3 { throw ErrandFailure() }
            return TaskQueueSubject.mark(context.key)
        }
        #expect(log.all.map(\.number) == [1, 2, 3])
        // A service may be a little early by another clock.
        for (one, next) in zip(log.all, log.all.dropFirst()) { #expect(next.time - one.time >= .milliseconds(900)) }
        let letters = try await ledger.deadLetters.letters()
        #expect(letters.isEmpty)
        let events = try await subject.eventCount(in: TaskQueueSubject.stream("a"))
        #expect(events == 1)
    }

    private static func ownWaits(_ run: Run) async throws {
        let subject = run.subject, ledger = subject.ledger
        let log = ErrandLog()
        try await ledger.tasks.configure(queue, QueueConfiguration(retry: policy(5)))
        _ = try await ledger.tasks.enqueue([try task("a", retry: policy(2, wait: 3))])
        try await subject.deliver(logging: log, "the second attempt is done") {
            try await subject.hasEvent(in: TaskQueueSubject.stream("a"))
        } _: { _, context in
            if context.attempt < 2 { throw ErrandFailure() }
            return TaskQueueSubject.mark(context.key)
        }
        let attempts = log.all
        #expect(attempts.map(\.number) == [1, 2])
        if let first = attempts.first, let last = attempts.last { #expect(last.time - first.time >= .seconds(3)) }
    }

    private static func lastAttempt(_ run: Run) async throws {
        let subject = run.subject, ledger = subject.ledger
        let log = ErrandLog()
        let begin = ledger.clock.now
        let retry = policy(2)
        _ = try await ledger.tasks.enqueue([
            try task("a", number: 7, headers: ["correlationId": "run-42", "x": "cafe\u{301}"], retry: retry)
        ])
        try await subject.deliver(logging: log, "the task is a dead letter") {
            try await subject.isBuried("a")
        } _: { _, _ in
            throw ErrandFailure()
        }
        #expect(log.all.map(\.number) == [1, 2])
        let letters = try await ledger.deadLetters.letters()
        #expect(letters.count == 1)
        let letter = try #require(letters.first)
        #expect(letter.source == .task(TaskKey(queue: queue, name: "a")))
        #expect(letter.type == Errand.kind.rawValue)
        #expect(letter.payload == #"{"number":7}"#)
        #expect(letter.headers["x"] == .string("cafe\u{301}"))
        #expect(letter.correlationID == "run-42")
        #expect(letter.errorType == "ErrandFailure")
        #expect(letter.errorMessage == "It is broken.")
        #expect(letter.attempts == 2)
        #expect(letter.retry == retry)
        #expect(letter.state == .open)
        #expect(letter.worker != nil)
        #expect(letter.firstFailedAt >= begin)
        #expect(letter.lastFailedAt >= letter.firstFailedAt)
        let again = try await ledger.tasks.enqueue([try task("a")])
        #expect(again.map(\.isDuplicate) == [true], "the name of a dead task is remembered")
    }

    private static func retryDuration(_ run: Run) async throws {
        let subject = run.subject, ledger = subject.ledger
        let log = ErrandLog()
        // So long that the second attempt is in time although the first took a while to be recorded.
        let retry = RetryPolicy(
            maxAttempts: nil, maxRetryDuration: .seconds(29), minBackoff: .seconds(15), maxBackoff: .seconds(15)
        )
        _ = try await ledger.tasks.enqueue([try task("a", retry: retry)])
        try await subject.deliver(logging: log, "the task is a dead letter") {
            try await subject.isBuried("a")
        } _: { _, _ in
            throw ErrandFailure()
        }
        // The third would begin after 30 seconds.
        #expect(log.all.map(\.number) == [1, 2])
    }

    private static func retriedLetter(_ run: Run) async throws {
        let subject = run.subject, ledger = subject.ledger
        let log = ErrandLog()
        _ = try await ledger.tasks.enqueue([try task("a", number: 7, retry: policy(1))])
        try await subject.deliver(logging: log, "the task is a dead letter") {
            try await subject.isBuried("a")
        } _: { _, _ in
            throw ErrandFailure()
        }
        let id = DeadLetterID(of: TaskKey(queue: queue, name: "a"))
        let isRetried = try await ledger.deadLetters.retry(id, by: "ada", note: "fixed")
        #expect(isRetried)
        let taken = try await ledger.tasks.enqueue([try task("a")])
        #expect(taken == [EnqueuedTask(key: TaskKey(queue: queue, name: "a", generation: 2), isDuplicate: true)])
        try await subject.deliver(logging: log, "the retried task is done") {
            try await subject.hasEvent(in: TaskQueueSubject.stream("a"))
        } _: { errand, context in
            #expect(errand.number == 7)
            return TaskQueueSubject.mark(context.key)
        }
        #expect(log.all.map(\.key.generation) == [1, 2])
        #expect(log.all.map(\.number) == [1, 1])
    }

    private static func snooze(_ run: Run) async throws {
        let subject = run.subject, ledger = subject.ledger
        let log = ErrandLog()
        _ = try await ledger.tasks.enqueue([try task("a", retry: policy(1))])
        try await subject.deliver(logging: log, "a task that was put off twice is done") {
            try await subject.hasEvent(in: TaskQueueSubject.stream("a"))
        } _: { _, context in
            if log.all.count < 3 { return .snooze(until: context.clock.now + .seconds(2)) }
            return TaskQueueSubject.mark(context.key)
        }
        #expect(log.all.map(\.number) == [1, 1, 1])
        #expect(log.all.map(\.key.generation) == [1, 1, 1])
        for (one, next) in zip(log.all, log.all.dropFirst()) { #expect(next.time - one.time >= .seconds(2)) }
    }

    private static func discard(_ run: Run) async throws {
        let subject = run.subject, ledger = subject.ledger
        let log = ErrandLog()
        _ = try await ledger.tasks.enqueue([try task("a")])
        try await subject.deliver(logging: log, "a discarded task is a dead letter") {
            try await subject.isBuried("a")
        } _: { _, _ in
            .discard(reason: "nobody wants it")
        }
        #expect(log.all.map(\.number) == [1])
        let letter = try await ledger.deadLetters.letter(DeadLetterID(of: TaskKey(queue: queue, name: "a")))
        #expect(letter?.errorMessage == "nobody wants it")
        #expect(letter?.attempts == 1)
    }

    private static func unroutable(_ run: Run) async throws {
        let subject = run.subject, ledger = subject.ledger
        let log = ErrandLog()
        let odd = try JSONText(#"{ "number": "seven", "a": 1.0, "a": 9007199254740993 }"#)
        _ = try await ledger.tasks.enqueue([
            NewTask(kind: Errand.kind, payload: odd, named: "odd", in: queue),
            NewTask(kind: "test.unknown", payload: odd, named: "unknown", in: queue), try task("good"),
        ])
        try await subject.deliver(logging: log, "one task is done and two are dead letters") {
            let isOddBuried = try await subject.isBuried("odd")
            let isUnknownBuried = try await subject.isBuried("unknown")
            let isDone = try await subject.hasEvent(in: TaskQueueSubject.stream("good"))
            return isOddBuried && isUnknownBuried && isDone
        } _: { _, context in
            TaskQueueSubject.mark(context.key)
        }
        #expect(log.names == ["good"])
        for letter in try await ledger.deadLetters.letters() {
            #expect(Array(letter.payload.utf8) == odd.bytes)
            #expect(letter.attempts == 1)
        }
    }
}
#endif
