import EventLedger
import EventLedgerInMemory
import EventLedgerTesting
import Testing

@Suite("A watch of dead letters goes on where the last one was", .timeLimit(.minutes(5)))
struct DeadLetterWatchTests {
    private let clock: TestClock
    private let base: InMemoryLedger
    private let outage = Outage()
    private let told = Recorder<String>()

    init() {
        clock = TestClock()
        base = InMemoryLedger(clock: clock)
    }

    private func watch() -> DeadLetterWatch {
        let ledger = OutageLedger(base: base, outage: outage)
        let announcer = DeadLetterAnnouncer(notifying: TellingNotifier(told: told), clock: clock)
        return DeadLetterWatch(
            ledger.deadLetters, keeping: ledger.documents, announcing: announcer, every: .seconds(5), clock: clock
        )
    }

    /// Lets a new watch look once.
    private func lookOnce() async throws {
        let watch = self.watch()
        let running = Task { try await watch.run() }
        defer { running.cancel() }
        try await clock.waitForSleepers()
        running.cancel()
        try await running.value
    }

    private func fail(_ id: DeadLetterID) async throws {
        try await base.deadLetters.record(
            DeadLetter(
                id: id, source: .task(TaskKey(queue: "mails", name: TaskName(id.rawValue))), type: "mail",
                payload: .emptyObject, failure: TaskFailure(errorType: "Gone", message: "gone"), attempts: 1,
                firstFailedAt: clock.now, lastFailedAt: clock.now
            )
        )
    }

    @Test("After a restart what failed meanwhile is announced, once")
    func restart() async throws {
        try await fail("before")
        clock.advance(by: .seconds(1))
        try await lookOnce()
        #expect(told.values.isEmpty, "What failed before the first watch was made is not announced.")
        clock.advance(by: .seconds(3600))
        try await fail("meanwhile")
        try await lookOnce()
        #expect(told.values == ["meanwhile"])
        try await lookOnce()
        clock.advance(by: .seconds(3600))
        try await lookOnce()
        #expect(told.values == ["meanwhile"])
        try await fail("meanwhile")
        try await lookOnce()
        #expect(told.values == ["meanwhile", "meanwhile"], "It failed once more.")
    }

    @Test("A store that is away delays the announcement and does not repeat it")
    func away() async throws {
        try await lookOnce()
        try await fail("1")
        outage.refuse(4)
        outage.loseAnswers(1)
        let watch = self.watch()
        let running = Task { try await watch.run() }
        defer { running.cancel() }
        try await clock.stepping {
            _ = try await told.first(1)
            while outage.remaining > 0 { try await clock.sleep(for: .seconds(1)) }
        }
        running.cancel()
        try await running.value
        try await lookOnce()
        #expect(told.values == ["1"])
    }

    @Test("Two watches announce a letter twice, and a third knows that")
    func two() async throws {
        let watches = [watch(), watch()]
        let running = watches.map { watch in Task { try await watch.run() } }
        defer { for task in running { task.cancel() } }
        try await clock.waitForSleepers(2)
        try await fail("1")
        clock.advance(by: .seconds(5))
        try await clock.waitForSleepers(2)
        for task in running {
            task.cancel()
            try await task.value
        }
        #expect(told.values == ["1", "1"])
        try await lookOnce()
        #expect(told.values == ["1", "1"])
    }
}
