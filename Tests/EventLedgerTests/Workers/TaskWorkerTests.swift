import EventLedger
import EventLedgerInMemory
import EventLedgerTesting
import Testing

@Suite(.timeLimit(.minutes(5))) struct TaskWorkerTests {
    private typealias Fixtures = WorkerFixtures

    private let clock: TestClock
    private let ledger: InMemoryLedger

    init() {
        clock = TestClock()
        ledger = InMemoryLedger(clock: clock)
    }

    @Test func doesEveryTaskOnce() async throws {
        let tasks = try (0..<50).map { try Fixtures.task($0) }
        try await ledger.leasedTasks.enqueue(tasks)
        let worker = Fixtures.worker(ledger, concurrency: 4) { number, _ in try Fixtures.counting(number) }
        let report = try await worker.runUntilIdle()
        #expect(report.done == 50)
        #expect(report.attempts == 50)
        #expect(try await Fixtures.counted(ledger) == Array(0..<50))
        #expect(try await Fixtures.record(ledger, 7)?.state == .done)
    }

    @Test func returnsAtOnceWhereNothingWaits() async throws {
        let report = try await Fixtures.worker(ledger) { number, _ in try Fixtures.counting(number) }.runUntilIdle()
        #expect(report.attempts == 0)
    }

    @Test func handlesTheTasksThatTasksEnqueue() async throws {
        try await ledger.leasedTasks.enqueue([try Fixtures.task(3)])
        let worker = Fixtures.worker(ledger) { number, _ in
            var commit = Commit()
            try commit.append(Fixtures.Counted(value: number.value), to: "numbers")
            if number.value > 0 { commit.enqueue(try Fixtures.task(number.value - 1)) }
            return .done(commit)
        }
        #expect(try await worker.runUntilIdle().done == 4)
        #expect(try await Fixtures.counted(ledger) == [0, 1, 2, 3])
    }

    @Test func carriesCorrelationAndCause() async throws {
        let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        var task = try Fixtures.task(1)
        task.headers = ["correlationId": "run-1", "traceparent": .string(parent)]
        try await ledger.leasedTasks.enqueue([task])
        _ = try await Fixtures.worker(ledger) { number, _ in try Fixtures.counting(number) }.runUntilIdle()
        let last = try await ledger.lastEvent(of: "numbers")
        let event = try #require(last)
        #expect(event.metadata.correlationID == "run-1")
        #expect(event.metadata.causationID == "task:numbers/1#1")
        #expect(event.metadata.traceparent == parent)
    }

    @Test func failuresAreRetriedThenBecomeADeadLetter() async throws {
        try await ledger.leasedTasks.enqueue([try Fixtures.task(1, retry: RetryPolicy(maxAttempts: 3))])
        let attempts = Fixtures.Log<Int>()
        let worker = Fixtures.worker(ledger, leaseDuration: .seconds(3600)) { _, context in
            attempts.add(context.attempt)
            throw Fixtures.Broken()
        }
        let report = try await clock.stepping { try await worker.runUntilIdle() }
        #expect(report.failed == 3)
        #expect(attempts.values == [1, 2, 3])
        let letters = try await Fixtures.letters(ledger)
        let letter = try #require(letters.first)
        #expect(letter.attempts == 3)
        #expect(letter.errorType == "Broken")
        #expect(letter.payload == "{\"value\":1}")
    }

    @Test func aCommitThatIsRefusedIsAFailedAttempt() async throws {
        try await ledger.leasedTasks.enqueue([try Fixtures.task(1, retry: RetryPolicy(maxAttempts: 1))])
        let worker = Fixtures.worker(ledger) { number, _ in
            var commit = Commit()
            try commit.append(Fixtures.Counted(value: number.value), to: "numbers", expecting: .existing)
            return .done(commit)
        }
        #expect(try await worker.runUntilIdle().failed == 1)
        #expect(try await Fixtures.counted(ledger).isEmpty)
        #expect(try await Fixtures.letters(ledger).count == 1)
    }

    @Test func whatNoHandlerCanTakeBecomesADeadLetterAndTheWorkerGoesOn() async throws {
        let strange = NewTask(kind: "strange", payload: try JSONText("{\"x\":1.0}"), named: "a", in: Fixtures.queue)
        let broken = NewTask(kind: "number", payload: try JSONText("[1]"), named: "b", in: Fixtures.queue)
        try await ledger.leasedTasks.enqueue([strange, broken, try Fixtures.task(1)])
        let report = try await Fixtures.worker(ledger) { number, _ in try Fixtures.counting(number) }.runUntilIdle()
        #expect(report.discarded == 2)
        #expect(report.done == 1)
        let letters = try await Fixtures.letters(ledger)
        #expect(Set(letters.map(\.payload)) == ["{\"x\":1.0}", "[1]"])
        #expect(letters.first { $0.type == "strange" }?.errorType == "UnknownTaskKind")
    }

    @Test func snoozingUsesNoAttempt() async throws {
        try await ledger.leasedTasks.enqueue([try Fixtures.task(1, retry: RetryPolicy(maxAttempts: 1))])
        let attempts = Fixtures.Log<Int>()
        let worker = Fixtures.worker(ledger, leaseDuration: .seconds(3600)) { number, context in
            attempts.add(context.attempt)
            if attempts.values.count < 3 { return .snooze(until: context.clock.now + .seconds(10)) }
            return try Fixtures.counting(number)
        }
        let report = try await clock.stepping { try await worker.runUntilIdle() }
        #expect(report.snoozed == 2)
        #expect(report.done == 1)
        #expect(attempts.values == [1, 1, 1])
    }

    @Test func discardingMakesADeadLetter() async throws {
        try await ledger.leasedTasks.enqueue([try Fixtures.task(1)])
        let report = try await Fixtures.worker(ledger) { _, _ in .discard(reason: "no such user") }.runUntilIdle()
        #expect(report.discarded == 1)
        #expect(try await Fixtures.letters(ledger).first?.errorMessage == "no such user")
    }

    @Test func waitsForTasksThatAreScheduledForLater() async throws {
        try await ledger.leasedTasks.enqueue([try Fixtures.task(1, schedule: .after(.seconds(100)))])
        let start = clock.now
        let worker = Fixtures.worker(ledger, leaseDuration: .seconds(3600)) { number, _ in try Fixtures.counting(number)
        }
        let report = try await clock.stepping { try await worker.runUntilIdle() }
        #expect(report.done == 1)
        #expect(clock.now - start >= .seconds(100))
    }

    @Test func effectsThatWereRecordedBeforeAreNotRecordedAgainAndTheTaskEnds() async throws {
        try await ledger.leasedTasks.enqueue([try Fixtures.task(1)])
        let store = ledger
        let worker = Fixtures.worker(ledger) { number, context in
            // A handler that commits by itself under the task's commit id.
            _ = try await store.commit(id: context.commitID) {
                try $0.append(Fixtures.Counted(value: number.value), to: "numbers")
            }
            return try Fixtures.counting(number)
        }
        #expect(try await worker.runUntilIdle().done == 1)
        #expect(try await Fixtures.counted(ledger) == [1])
        #expect(try await Fixtures.record(ledger, 1)?.state == .done)
    }

    @Test func aTaskThatAnotherHasDoneMeanwhileIsNotCountedAsDone() async throws {
        try await ledger.leasedTasks.enqueue([try Fixtures.task(1)])
        // The worker is stopped when its handler has ended, for longer than its lease lasts.
        let slow = CommitDetour(base: ledger) { [ledger, clock] commit in
            guard !commit.appends.isEmpty else { return try await ledger.commit(commit) }
            clock.advance(by: .seconds(61))
            let other = try await ledger.leasedTasks.lease(
                from: [Fixtures.queue], limit: 1, for: .seconds(60), worker: "other")
            var own = Commit(id: commit.id)
            for append in commit.appends { own.append(contentsOf: append.events, to: append.stream) }
            for leased in other { own.complete(leased.lease) }
            _ = try await ledger.commit(own)
            return try await ledger.commit(commit)
        }
        let report = try await Fixtures.worker(slow) { number, _ in try Fixtures.counting(number) }.runUntilIdle()
        #expect(report.lost == 1)
        #expect(report.done == 0)
        #expect(try await Fixtures.counted(ledger) == [1])
        #expect(try await Fixtures.record(ledger, 1)?.state == .done)
    }

    @Test func aCommitThatAStoreSendsTwiceIsDone() async throws {
        try await ledger.leasedTasks.enqueue([try Fixtures.task(1)])
        let twice = CommitDetour(base: ledger) { [ledger] commit in
            _ = try await ledger.commit(commit)
            return try await ledger.commit(commit)
        }
        let report = try await Fixtures.worker(twice) { number, _ in try Fixtures.counting(number) }.runUntilIdle()
        #expect(report.done == 1)
        #expect(report.lost == 0)
        #expect(try await Fixtures.counted(ledger) == [1])
    }

    @Test func settingsThatCannotBeUsedAreRefused() async throws {
        let worker = Fixtures.worker(ledger, concurrency: 0) { _, _ in .done() }
        let error = await #expect(throws: LedgerError.self) { try await worker.runUntilIdle() }
        #expect(error?.code == .invalidValue)
    }
}
