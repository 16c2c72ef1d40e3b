import EventLedger
import EventLedgerTesting
import Testing

/// A handler that never returns. The heartbeat keeps its task for it, a timeout ends its attempt, and neither stops the
/// other tasks.
@Suite("Handlers that never return", .timeLimit(.minutes(5))) struct EndlessHandlerTests {
    @Test(arguments: ClockedLedger.Kind.allCases)
    func itKeepsItsTaskAndNobodyElses(kind: ClockedLedger.Kind) async throws {
        try await ClockedLedger.run(kind) { ledgers in
            let (ledger, clock) = (ledgers[0].ledger, ledgers[0].clock)
            let started = Happening(), never = Happening()
            let worker = Chores.worker(ledger, concurrency: 2, leaseDuration: .seconds(60)) { chore, _ in
                if chore.number == 0 {
                    started.happen()
                    try await never.wait()
                }
                return .done(try Chores.commit(chore.number))
            }
            try await ledger.tasks.enqueue(try (0...20).map { try Chores.task($0) })
            let running = Task { try await worker.run() }
            try await started.wait()
            try await ledger.waitForEvents(20)
            // Three times the lease. Two sleep on the clock: the heartbeat, and the worker that waits for tasks.
            for _ in 0..<9 {
                try await clock.waitForSleepers(2)
                clock.advance(by: .seconds(20))
            }
            try await clock.waitForSleepers(2)
            let stolen = try await ledger.leasedTasks.lease(
                from: [Chores.queue], limit: 10, for: .seconds(60), worker: "thief")
            #expect(stolen.isEmpty)
            let held = try await ledger.allTasks().filter { $0.state == .leased }
            #expect(held.map(\.key.name) == ["0"])
            #expect(held.first?.attempts == 1)

            running.cancel()
            _ = await running.result
            #expect(try await Chores.recorded(in: ledger) == Array(1...20))
            #expect(try await ledger.allTasks().first { $0.key.name == "0" }?.state == .waiting)
        }
    }

    @Test(arguments: ClockedLedger.Kind.allCases)
    func aTimeoutEndsItsAttemptThoughItDoesNotHear(kind: ClockedLedger.Kind) async throws {
        try await ClockedLedger.run(kind) { ledgers in
            let (ledger, clock) = (ledgers[0].ledger, ledgers[0].clock)
            let started = Happening(), late = Happening()
            let worker = Chores.worker(
                ledger, concurrency: 2, leaseDuration: .seconds(60), attemptTimeout: .seconds(10)
            ) { chore, _ in
                if chore.number == 0 {
                    started.happen()
                    await late.waitDeafly()
                }
                return .done(try Chores.commit(chore.number))
            }
            let endless = try Chores.task(0, retry: RetryPolicy(maxAttempts: 1))
            try await ledger.tasks.enqueue([endless])
            let running = Task { try await worker.run() }
            try await started.wait()
            // The heartbeat, the timeout, and the worker that waits for tasks.
            try await clock.waitForSleepers(3)
            clock.advance(by: .seconds(10))
            try await ledger.waitForTasks { try await !ledger.allLetters().isEmpty }
            let letters = try await ledger.allLetters()
            #expect(letters.map(\.errorType) == ["AttemptTimeout"])
            #expect(letters.first?.payload == endless.payload.text)
            #expect(letters.first?.attempts == 1)

            // It keeps its place at the worker, and the other place goes on.
            try await ledger.tasks.enqueue(try (1...10).map { try Chores.task($0) })
            try await ledger.waitForEvents(10)
            // What it returns after all is dropped.
            late.happen()
            running.cancel()
            _ = await running.result
            #expect(try await Chores.recorded(in: ledger) == Array(1...10))
            #expect(try await ledger.allTasks().first { $0.key.name == "0" }?.state == .dead)
        }
    }

    @Test(arguments: ClockedLedger.Kind.allCases)
    func anotherAttemptDoesWhatItDidNot(kind: ClockedLedger.Kind) async throws {
        try await ClockedLedger.run(kind) { ledgers in
            let (ledger, clock) = (ledgers[0].ledger, ledgers[0].clock)
            let started = Happening(), late = Happening()
            let worker = Chores.worker(
                ledger, concurrency: 2, leaseDuration: .seconds(60), attemptTimeout: .seconds(10)
            ) { chore, context in
                if context.attempt == 1 {
                    started.happen()
                    await late.waitDeafly()
                }
                return .done(try Chores.commit(chore.number))
            }
            try await ledger.tasks.enqueue([try Chores.task(0)])
            let running = Task { try await worker.run() }
            try await started.wait()
            // The heartbeat, the timeout, and the worker that waits for tasks.
            try await clock.waitForSleepers(3)
            clock.advance(by: .seconds(10))
            try await ledger.waitForTasks { try await ledger.allTasks().first?.state == .waiting }
            // The backoff.
            clock.advance(by: .seconds(1))
            try await ledger.waitForEvents(1)
            late.happen()
            running.cancel()
            _ = await running.result
            #expect(try await Chores.recorded(in: ledger) == [0])
            let task = try #require(try await ledger.allTasks().first)
            #expect(task.state == .done)
            #expect(task.attempts == 2)
        }
    }
}
