import EventLedger
import EventLedgerTesting
import Testing

@Suite("The test clock", .timeLimit(.minutes(5))) struct TestClockTests {
    @Test func standsUntilItIsMoved() {
        let clock = TestClock()
        #expect(clock.now == TestClock.start)
        #expect(TestClock.start.description == "2026-01-05T08:00:00.000000Z")
        clock.advance(by: .microseconds(3))
        #expect(clock.now == TestClock.start + .microseconds(3))
        let earlier = TestClock.start - .seconds(10)
        clock.set(to: earlier)
        #expect(clock.now == earlier)
    }

    @Test func aTimeThatHasPassedReturnsAtOnce() async throws {
        let clock = TestClock()
        try await clock.sleep(until: clock.now)
        try await clock.sleep(until: clock.now - .seconds(1))
        try await clock.sleep(for: .zero)
        #expect(clock.sleeperCount == 0)
    }

    @Test func wakesThoseWhoseTimeHasCome() async throws {
        let clock = TestClock()
        try await withThrowingTaskGroup(of: Int.self) { group in
            for seconds in [30, 10, 20] {
                group.addTask {
                    try await clock.sleep(for: .seconds(seconds))
                    return seconds
                }
            }
            try await clock.waitForSleepers(3)
            for (expected, rest) in [(10, 2), (20, 1), (30, 0)] {
                clock.advance(by: .seconds(10))
                let seconds = try await group.next()
                #expect(seconds == expected)
                #expect(clock.sleeperCount == rest)
            }
        }
    }

    @Test func steppingBackWakesNobody() async throws {
        let clock = TestClock()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await clock.sleep(for: .seconds(10)) }
            try await clock.waitForSleepers()
            clock.advance(by: .seconds(-100))
            clock.advance(by: .seconds(105))
            #expect(clock.sleeperCount == 1)
            clock.advance(by: .seconds(5))
            try await group.waitForAll()
        }
    }

    @Test func aSleeperCanBeCancelled() async throws {
        let clock = TestClock()
        let sleeper = Task { try await clock.sleep(for: .seconds(10)) }
        try await clock.waitForSleepers()
        sleeper.cancel()
        await #expect(throws: CancellationError.self) { try await sleeper.value }
        #expect(clock.sleeperCount == 0)
        clock.advance(by: .seconds(20))
    }

    @Test func whoIsCancelledDoesNotBeginToSleep() async throws {
        let clock = TestClock()
        let sleeper = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await clock.sleep(for: .seconds(10))
        }
        await #expect(throws: CancellationError.self) { try await sleeper.value }
        let watcher = Task { try await clock.waitForSleepers() }
        watcher.cancel()
        await #expect(throws: CancellationError.self) { try await watcher.value }
    }
}
