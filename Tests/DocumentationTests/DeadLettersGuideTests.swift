import EventLedger
import EventLedgerInMemory
import EventLedgerTesting
import Synchronization
import Testing

@Suite("The guide to dead letters", .timeLimit(.minutes(5))) struct DeadLettersGuideTests {
    private struct Unreachable: Error, CustomStringConvertible {
        let description = "The mail server does not answer."
    }

    private let clock: TestClock
    private let ledger: InMemoryLedger

    init() {
        clock = TestClock()
        ledger = InMemoryLedger(clock: clock)
    }

    /// Lets a reminder fail for good.
    private func fail() async throws {
        _ = try await lend("emma", to: "ada", in: ledger)
        let task = try NewTask(
            RemindReader(book: "emma", reader: "ada"), named: "emma:ada", in: "reminders",
            retry: RetryPolicy(maxAttempts: 1)
        )
        try await ledger.leasedTasks.enqueue([task])
        let report = try await workUntilIdle(on: ledger, Reminder(ledger: ledger, send: { _ in throw Unreachable() }))
        #expect(report.failed == 1)
    }

    private func letters(_ state: DeadLetter.State) async throws -> [DeadLetter] {
        try await ledger.deadLetters.letters(DeadLetterQuery(state: state), limit: 10, from: nil).letters
    }

    @Test("What is sent back runs again as the next generation")
    func retry() async throws {
        try await fail()
        #expect(try await sendBack(in: ledger) == 1)
        let report = try await workUntilIdle(on: ledger, Reminder(ledger: ledger, send: { _ in }))
        #expect(report.done == 1)
        let tasks = try await ledger.leasedTasks.tasks(TaskQuery(queue: "reminders")).tasks
        #expect(tasks.map(\.key.generation).max() == 2)
        #expect(try await letters(.retried).count == 1)
    }

    @Test("What is resolved keeps who and why, and is purged by age")
    func resolve() async throws {
        try await fail()
        let open = try await letters(.open)
        let letter = try #require(open.first)
        try await settle(letter.id, in: ledger)
        let resolved = try await letters(.resolved)
        #expect(resolved.first?.resolution?.actor == "grace")
        clock.advance(by: .seconds(91 * 86_400))
        try await settle(letter.id, in: ledger)
        #expect(try await ledger.deadLetters.letter(letter.id) == nil)
    }

    @Test("A notifying sink records, then tells")
    func notifying() async throws {
        _ = try await ledger.commit { $0.append(contentsOf: [NewEvent(type: "a", data: .emptyObject)], to: "s") }
        let last = try await ledger.lastEvent(of: "s")
        let event = try #require(last)
        let count = Counter()
        let announcer = announcer(for: ledger, webhook: "https://hooks.example/secret") { _, _ in
            count.add()
            return 200
        }
        _ = watch(ledger, announcing: announcer)
        let sink = NotifyingDeadLetterSink(ledger.deadLetters, announcing: announcer)
        try await sink.record(
            DeadLetter(
                event: event, consumer: "books", failure: TaskFailure(Unreachable()), attempts: 1,
                firstFailedAt: clock.now, at: clock.now
            )
        )
        #expect(count.value == 1)
        #expect(try await letters(.open).count == 1)
    }

    private final class Counter: Sendable {
        private let state = Mutex(0)
        var value: Int { state.withLock { $0 } }
        func add() { state.withLock { $0 += 1 } }
    }
}
