import EventLedger
import EventLedgerTesting
import TestSupport
import Testing

/// Clocks that jump, in both directions and by hours and days. No task is held twice or lost, and none is done twice.
@Suite("Clock jumps", .timeLimit(.minutes(20))) struct ClockJumpTests {
    private typealias Kind = ClockedLedger.Kind

    @Test(arguments: ClockedLedger.Kind.allCases, 0..<TestRun.count(3, thorough: 20))
    func leasesKeepTheirPromises(kind: ClockedLedger.Kind, number: Int) async throws {
        // On a file, three that share it and whose clocks do not agree.
        try await ClockedLedger.run(kind, sharing: 3) { ledgers in
            var history = LeaseHistory(ledgers, kind: kind, random: try TestRun.generator(5000 + number))
            try await history.run(steps: TestRun.count(400, thorough: 5000))
            try await history.finish()
            #expect(history.problems.isEmpty, "\(TestRun.hint), \(number): \(history.problems.prefix(5))")
            let ledger = ledgers[0].ledger, all = Array(0..<history.enqueued)
            #expect(try await Chores.recorded(in: ledger) == all, "\(TestRun.hint), \(number)")
            #expect(history.refused > 0 && history.leasedAgain > 0 && !all.isEmpty, "\(TestRun.hint)")
            let report = try await LedgerVerifier(ledger, .init(expectsProvenance: false)).verify()
            #expect(report.isSound, "\(report.findings), \(TestRun.hint)")
        }
    }

    @Test(arguments: ClockedLedger.Kind.allCases, [3600, 86_400])
    func aLeaseThatAJumpForwardPassedIsRefused(kind: ClockedLedger.Kind, seconds: Int) async throws {
        try await ClockedLedger.run(kind) { ledgers in
            let (ledger, clock) = (ledgers[0].ledger, ledgers[0].clock)
            try await ledger.tasks.enqueue([try Chores.task(1)])
            let first = try #require(try await lease(from: ledger))
            clock.advance(by: .seconds(seconds))
            var commit = try Chores.commit(1)
            commit.complete(first.lease)
            let late = commit
            let error = await #expect(throws: LedgerError.self) { try await ledger.commit(late) }
            #expect(error?.code == .leaseLost)
            #expect(try await Chores.recorded(in: ledger).isEmpty)
            let second = try #require(try await lease(from: ledger))
            #expect(second.task.attempts == 2)
            #expect(second.lease.fencingToken > first.lease.fencingToken)
        }
    }

    @Test(arguments: ClockedLedger.Kind.allCases, [3600, 86_400])
    func aJumpBackwardNeitherFreesATaskNorLosesIt(kind: ClockedLedger.Kind, seconds: Int) async throws {
        try await ClockedLedger.run(kind, sharing: 2) { ledgers in
            let (mine, other) = (ledgers[0], ledgers[ledgers.count - 1])
            try await mine.ledger.tasks.enqueue(
                [try Chores.task(1), try Chores.task(2), try Chores.task(3, schedule: .after(.seconds(30)))])
            let held = try #require(try await lease(from: mine.ledger))
            for one in ledgers { one.clock.advance(by: .seconds(-seconds)) }
            // The second is free as before, the third waits as before, and the first is taken.
            #expect(try await lease(from: other.ledger)?.task.key.name == "2")
            #expect(try await lease(from: other.ledger) == nil)
            let extended = try await mine.ledger.leasedTasks.extend(held.lease, for: .seconds(60))
            #expect(extended.expiresAt >= held.lease.expiresAt)
            _ = try await mine.ledger.commit {
                try $0.append(Chores.Done(number: 1), to: "chores-1")
                $0.complete(extended)
            }
            for one in ledgers { one.clock.advance(by: .seconds(seconds + 30)) }
            #expect(try await lease(from: other.ledger)?.task.key.name == "3")
            #expect(try await Chores.recorded(in: mine.ledger) == [1])
        }
    }

    /// A clock that showed tomorrow and was set right: the queue's time stays at tomorrow, and work goes on.
    @Test(arguments: ClockedLedger.Kind.allCases) func aVisitToTomorrowStopsNoWork(kind: ClockedLedger.Kind)
        async throws
    {
        try await ClockedLedger.run(kind) { ledgers in
            let (ledger, clock) = (ledgers[0].ledger, ledgers[0].clock)
            try await ledger.tasks.enqueue(try (1...4).map { try Chores.task($0) })
            clock.advance(by: .seconds(86_400))
            let held = try #require(try await lease(from: ledger))
            clock.advance(by: .seconds(-86_400))
            let worker = Chores.worker(ledger, concurrency: 2, leaseDuration: .seconds(60)) { chore, _ in
                .done(try Chores.commit(chore.number))
            }
            let running = Task { try await worker.run() }
            try await ledger.waitForEvents(3)
            running.cancel()
            _ = await running.result
            _ = try await ledger.commit {
                try $0.append(Chores.Done(number: 1), to: "chores-1")
                $0.complete(held.lease)
            }
            #expect(try await Chores.recorded(in: ledger) == [1, 2, 3, 4])
            #expect(try await ledger.allTasks().allSatisfy { $0.state == .done })
        }
    }

    /// Two workers, whose handlers take their time and fail now and then, while the clock jumps whenever somebody sleeps.
    @Test(arguments: ClockedLedger.Kind.allCases)
    func workersDoEverythingOnceWhileTheClockJumps(kind: ClockedLedger.Kind) async throws {
        let count = TestRun.count(60, thorough: 600), jumps = count * 4
        try await ClockedLedger.run(kind) { ledgers in
            let (ledger, clock) = (ledgers[0].ledger, ledgers[0].clock)
            try await ledger.tasks.enqueue(try (0..<count).map { try Chores.task($0) })
            let jumper = Task {
                var random = try TestRun.generator(5500)
                var latest = clock.now
                for _ in 0..<jumps {
                    try await clock.waitForSleepers()
                    let size = [1, 60, 3600, 86_400].randomElement(using: &random) ?? 1
                    clock.advance(by: .seconds(Int.random(in: 0..<3, using: &random) > 0 ? size : -size))
                    latest = max(latest, clock.now)
                    await Task.yield()
                }
                clock.set(to: latest)
                // From now on as a clock should.
                while true {
                    try await clock.waitForSleepers()
                    clock.advance(by: .seconds(10))
                    await Task.yield()
                }
            }
            defer { jumper.cancel() }
            let workers = (1...2).map { number in
                Chores.worker(
                    ledger, concurrency: 4, leaseDuration: .seconds(12 * 3600), name: "worker\(number)"
                ) { chore, context in
                    try await context.clock.sleep(for: .seconds(chore.number * 60))
                    if context.attempt == 1, chore.number % 3 == 0 { throw Chores.Failing() }
                    return .done(try Chores.commit(chore.number))
                }
            }
            let reports = try await withThrowingTaskGroup(of: WorkerReport.self) { group in
                for worker in workers { group.addTask { try await worker.runUntilIdle() } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(try await Chores.recorded(in: ledger) == Array(0..<count), "\(reports), \(TestRun.hint)")
            // After so many days, tasks that ended at the beginning may be forgotten already.
            let tasks = try await ledger.allTasks()
            #expect(tasks.allSatisfy { $0.state == .done }, "\(reports), \(TestRun.hint)")
            #expect(try await ledger.allLetters().isEmpty)
        }
    }

    private func lease(from ledger: any LeasingLedger) async throws -> LeasedTask? {
        try await ledger.leasedTasks.lease(from: [Chores.queue], limit: 1, for: .seconds(60), worker: "tester").first
    }
}
