import EventLedger
import Testing

@Suite struct TaskPolicyTests {
    @Test func backoffDoublesThenGrowsEvenlyThenStops() {
        let policy = RetryPolicy(minBackoff: .seconds(10), maxBackoff: .seconds(300), maxDoublings: 3)
        let waits = (1...8).map { policy.backoff(afterAttempts: $0) }
        let expected = [10, 20, 40, 80, 160, 240, 300, 300].map { Duration.seconds($0) }
        #expect(waits == expected)
        #expect(policy.backoff(afterAttempts: .max) == .seconds(300))
        #expect(RetryPolicy(minBackoff: .zero).backoff(afterAttempts: 5) == .zero)
    }

    @Test func endsAtTheFirstLimit() {
        let start = Timestamp(microseconds: 0)
        let policy = RetryPolicy(maxAttempts: 3, maxRetryDuration: .seconds(60))
        #expect(policy.allowsAttempt(after: 2, firstAttemptAt: start, at: start + .seconds(60)))
        #expect(!policy.allowsAttempt(after: 3, firstAttemptAt: start, at: start + .seconds(1)))
        #expect(!policy.allowsAttempt(after: 1, firstAttemptAt: start, at: start + .seconds(61)))
        #expect(
            RetryPolicy(maxAttempts: nil).allowsAttempt(after: 1_000_000, firstAttemptAt: start, at: .distantFuture))
    }

    @Test func theBucketKeepsRateAndBurst() {
        let configuration = QueueConfiguration(dispatchesPerSecond: 10, burst: 5)
        let start = Timestamp(microseconds: 0)
        var bucket = TokenBucket(tokens: 5, updatedAt: start)
        #expect(bucket.refill(for: configuration, now: start) == 5)
        bucket.take(5)
        #expect(bucket.refill(for: configuration, now: start) == 0)
        #expect(bucket.nextToken(for: configuration) == start + .milliseconds(100))
        #expect(bucket.refill(for: configuration, now: start + .milliseconds(100)) == 1)
        // Time that runs backwards neither adds nor takes.
        #expect(bucket.refill(for: configuration, now: start) == 1)
        #expect(bucket.refill(for: configuration, now: start + .seconds(60)) == 5)
        #expect(bucket.refill(for: QueueConfiguration(), now: start) == .max)
    }

    @Test func staggeringSpreadsEvenly() throws {
        let tasks = (0..<4).map { NewTask(kind: "k", payload: .emptyObject, named: TaskName("\($0)"), in: "q") }
        let staggered = NewTask.staggered(tasks, over: .seconds(60))
        let expected = [0, 15, 30, 45].map { TaskSchedule.after(.seconds($0)) }
        #expect(staggered.map(\.schedule) == expected)
        #expect(staggered.map(\.name) == tasks.map(\.name))
        #expect(NewTask.staggered([], over: .seconds(60)).isEmpty)
    }

    @Test func intervalsAreAlignedToTheEpoch() throws {
        let task = RecurringTask(
            kind: "k", payload: .emptyObject, named: "poll", in: "q", recurring: .every(.seconds(90))
        )
        #expect(task.nextTime(after: Timestamp(microseconds: 0)) == Timestamp(microseconds: 90_000_000))
        #expect(task.nextTime(after: Timestamp(microseconds: 89_999_999)) == Timestamp(microseconds: 90_000_000))
        #expect(task.nextTime(after: Timestamp(microseconds: -1)) == Timestamp(microseconds: 0))
        #expect(task.nextTime(after: .distantFuture) == nil)
        try task.validate()
        #expect(task.task(firingAt: Timestamp(microseconds: 0)).name == "poll@1970-01-01T00:00:00.000000Z")
    }

    @Test func intervalsHaveAShortest() {
        let task = RecurringTask(
            kind: "k", payload: .emptyObject, named: "poll", in: "q", recurring: .every(.milliseconds(999))
        )
        #expect(throws: LedgerError.self) { try task.validate() }
    }
}
