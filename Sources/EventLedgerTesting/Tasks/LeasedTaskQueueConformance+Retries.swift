#if canImport(Testing)
import EventLedger
import Testing

extension LeasedTaskQueueConformance {
    static let retries: [Obligation] = [
        Obligation(7, "A failed attempt is retried after the backoff", backoff),
        Obligation(7, "The last attempt that fails makes a dead letter", maxAttempts),
        Obligation(7, "The end of the retry duration makes a dead letter", maxRetryDuration),
        Obligation(7, "A task's own policy goes before that of its queue", ownPolicy),
        Obligation(13, "Snoozing waits, and uses no attempt", snooze),
        Obligation(13, "Releasing gives the task back at once, and uses no attempt", release),
        Obligation(14, "Discarding makes a dead letter at once", discard),
        Obligation(15, "A dead letter keeps what a person needs to decide", deadLetterContent),
    ]

    private static func backoff(_ run: Run) async throws {
        let ledger = run.subject
        let policy = RetryPolicy(maxAttempts: nil, minBackoff: .seconds(1), maxBackoff: .seconds(10), maxDoublings: 2)
        try await ledger.leasedTasks.configure("work", QueueConfiguration(retry: policy))
        try await ledger.enqueue(task("a"))
        for (index, seconds) in [1, 2, 4, 8, 10, 10].enumerated() {
            let leased = try await ledger.leaseOne()
            #expect(leased.task.attempts == index + 1)
            let state = try await ledger.leasedTasks.settle(leased.lease, .failed(failure))
            #expect(state == .waiting)
            let record = try await ledger.record("a")
            #expect(record?.scheduledAt == run.clock.now + .seconds(seconds))
            run.clock.advance(by: Duration.seconds(seconds) - Duration.microseconds(1))
            let early = try await ledger.leasedNames()
            #expect(early.isEmpty, "attempt \(index + 2)")
            run.clock.advance(by: .microseconds(1))
        }
        let last = try await ledger.leaseOne()
        #expect(last.task.attempts == 7)
        try await ledger.complete(last)
        let letters = try await ledger.allLetters()
        #expect(letters.isEmpty)
    }

    private static func maxAttempts(_ run: Run) async throws {
        let ledger = run.subject
        try await ledger.leasedTasks.configure("work", QueueConfiguration(retry: immediately(3)))
        try await ledger.enqueue(task("a"))
        for attempt in 1...3 {
            let leased = try await ledger.leaseOne()
            let state = try await ledger.leasedTasks.settle(leased.lease, .failed(failure))
            let expected: TaskState = attempt < 3 ? .waiting : .dead
            #expect(state == expected)
            let letters = try await ledger.allLetters()
            #expect(letters.count == (attempt < 3 ? 0 : 1))
        }
        let none = try await ledger.leasedNames()
        #expect(none.isEmpty)
        let record = try await ledger.record("a")
        #expect(record?.state == .dead)
        #expect(record?.finishedAt == run.clock.now)
        // The name of a dead task is remembered; its letter is the way to run it again.
        let again = try await ledger.enqueue(task("a"))
        #expect(again.isDuplicate)
    }

    private static func maxRetryDuration(_ run: Run) async throws {
        let ledger = run.subject
        let policy = RetryPolicy(
            maxAttempts: nil, maxRetryDuration: .seconds(10), minBackoff: .seconds(4), maxBackoff: .seconds(4)
        )
        try await ledger.enqueue(task("a", retry: policy))
        var states: [TaskState] = []
        for _ in 0..<3 {
            let leased = try await ledger.leaseOne()
            states.append(try await ledger.leasedTasks.settle(leased.lease, .failed(failure)))
            run.clock.advance(by: .seconds(4))
        }
        // The third attempt begins after 8 seconds; the fourth would begin after 12.
        #expect(states == [.waiting, .waiting, .dead])
        let letters = try await ledger.allLetters()
        #expect(letters.map(\.attempts) == [3])
    }

    private static func ownPolicy(_ run: Run) async throws {
        let ledger = run.subject
        try await ledger.leasedTasks.configure("work", QueueConfiguration(retry: immediately(5)))
        try await ledger.enqueue(task("own", retry: immediately(1)))
        let leased = try await ledger.leaseOne()
        let state = try await ledger.leasedTasks.settle(leased.lease, .failed(failure))
        #expect(state == .dead)
        let letters = try await ledger.allLetters()
        #expect(letters.first?.retry == immediately(1))
    }

    private static func snooze(_ run: Run) async throws {
        let ledger = run.subject
        try await ledger.enqueue(task("a", retry: immediately(1)))
        for _ in 0..<3 {
            let leased = try await ledger.leaseOne()
            #expect(leased.task.attempts == 1)
            let time = run.clock.now + .seconds(30)
            let state = try await ledger.leasedTasks.settle(leased.lease, .snoozed(until: time))
            #expect(state == .waiting)
            let record = try await ledger.record("a")
            #expect(record?.attempts == 0)
            #expect(record?.scheduledAt == time)
            #expect(record?.worker == nil)
            run.clock.advance(by: Duration.seconds(30) - Duration.microseconds(1))
            let early = try await ledger.leasedNames()
            #expect(early.isEmpty)
            run.clock.advance(by: .microseconds(1))
            await expectError(.leaseLost, "completed after it was snoozed") { try await ledger.complete(leased) }
        }
        let last = try await ledger.leaseOne()
        try await ledger.complete(last)
    }

    private static func release(_ run: Run) async throws {
        let ledger = run.subject
        try await ledger.enqueue(task("a", retry: immediately(1)))
        for _ in 0..<3 {
            let leased = try await ledger.leaseOne()
            #expect(leased.task.attempts == 1)
            let state = try await ledger.leasedTasks.settle(leased.lease, .released)
            #expect(state == .waiting)
            await expectError(.leaseLost, "released twice") {
                try await ledger.leasedTasks.settle(leased.lease, .released)
            }
        }
        let letters = try await ledger.allLetters()
        #expect(letters.isEmpty)
    }

    private static func discard(_ run: Run) async throws {
        let ledger = run.subject
        try await ledger.enqueue(task("a"))
        let leased = try await ledger.leaseOne()
        let state = try await ledger.leasedTasks.settle(leased.lease, .discarded(failure))
        #expect(state == .dead)
        let letters = try await ledger.allLetters()
        #expect(letters.map(\.source) == [.task(leased.task.key)])
        let none = try await ledger.leasedNames()
        #expect(none.isEmpty)
        await expectError(.leaseLost, "completed after it was discarded") { try await ledger.complete(leased) }
    }

    private static func deadLetterContent(_ run: Run) async throws {
        let ledger = run.subject
        let payload = try JSONText(#"{ "a": 1.0, "a": 9007199254740993, "s": "\u00e9" }"#)
        let headers: JSONObject = ["traceparent": "00-trace", "correlationId": "run-42", "x": "cafe\u{301}"]
        let policy = RetryPolicy(maxAttempts: 2, minBackoff: .seconds(5), maxBackoff: .seconds(5))
        try await ledger.enqueue(task("a", payload: payload, headers: headers, retry: policy))
        run.clock.advance(by: .seconds(1))
        let begin = run.clock.now
        let first = try await ledger.leaseOne(worker: "ada")
        run.clock.advance(by: .seconds(1))
        try await ledger.leasedTasks.settle(first.lease, .failed(TaskFailure(errorType: "First", message: "first")))
        let firstFailure = run.clock.now
        run.clock.advance(by: .seconds(5))
        let second = try await ledger.leaseOne(worker: "bob")
        run.clock.advance(by: .seconds(2))
        try await ledger.leasedTasks.settle(second.lease, .failed(failure))
        let letters = try await ledger.allLetters()
        #expect(letters.count == 1)
        let letter = try #require(letters.first)
        #expect(letter.source == .task(second.task.key))
        #expect(letter.type == "test.task")
        #expect(Array(letter.payload.utf8) == payload.bytes)
        #expect(letter.headers == headers)
        #expect(letter.errorType == failure.errorType)
        #expect(letter.errorMessage == failure.message)
        #expect(letter.attempts == 2)
        #expect(letter.worker == "bob")
        #expect(letter.traceparent == "00-trace")
        #expect(letter.correlationID == "run-42")
        #expect(letter.retry == policy)
        #expect(letter.state == .open)
        #expect(letter.resolution == nil)
        #expect(letter.lastFailedAt == run.clock.now)
        #expect(letter.firstFailedAt >= begin)
        #expect(letter.firstFailedAt <= firstFailure)
        let byID = try await ledger.deadLetters.letter(letter.id)
        #expect(byID == letter)
    }
}
#endif
