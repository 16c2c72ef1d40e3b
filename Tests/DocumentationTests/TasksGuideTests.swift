import EventLedger
import EventLedgerInMemory
import EventLedgerTesting
import ServiceLifecycle
import Testing

@Suite("The guide to tasks", .timeLimit(.minutes(5))) struct TasksGuideTests {
    private let clock: TestClock
    private let ledger: InMemoryLedger

    init() {
        clock = TestClock()
        ledger = InMemoryLedger(clock: clock)
    }

    @Test("A task waits for its time, and runs once however often its commit is sent")
    func schedule() async throws {
        try await configureReminders(in: ledger)
        let first = try await lendWithReminder(in: ledger)
        let again = try await lendWithReminder(in: ledger)
        #expect(first.tasks.map(\.isDuplicate) == [false])
        #expect(again.isDuplicate)
        let early = try await ledger.leasedTasks.lease(
            from: ["reminders"], limit: 1, for: .seconds(60), worker: "tester")
        #expect(early.isEmpty)
        clock.advance(by: .seconds(14 * 86_400))
        let report = try await workUntilIdle(on: ledger, Reminder(ledger: ledger, send: { _ in }))
        #expect(report.done == 1)
        #expect(try await ledger.lastEvent(of: "reader-ada")?.revision == 1)
    }

    @Test("Nobody is reminded of a book that came back")
    func nothingToDo() async throws {
        try await remindAll([RemindReader(book: "emma", reader: "ada")], in: ledger)
        let report = try await workUntilIdle(on: ledger, Reminder(ledger: ledger, send: { _ in }))
        #expect(report.done == 1)
        #expect(try await ledger.lastEvent(of: "reader-ada") == nil)
    }

    @Test("Staggered tasks are spread over the window")
    func staggering() async throws {
        let payloads = ["emma", "dracula", "persuasion"].map { RemindReader(book: $0, reader: "ada") }
        try await remindAll(payloads, in: ledger)
        let start = clock.now
        let tasks = try await ledger.leasedTasks.tasks(TaskQuery(queue: "reminders")).tasks
        let delays = Set(tasks.map { $0.scheduledAt - start })
        let expected: Set<Duration> = [.seconds(0), .seconds(200), .seconds(400)]
        #expect(delays == expected)
    }

    @Test("Services are put together without being started")
    func serviceGroup() throws {
        _ = try services(on: ledger, Reminder(ledger: ledger, send: { _ in }))
    }
}
