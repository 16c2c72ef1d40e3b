import EventLedger
import Logging
import ServiceLifecycle
import UnixSignals

struct RemindReader: TaskPayload {
    static let kind: TaskKind = "remind-reader"
    let book: String, reader: String
}

struct ReminderSent: Event {
    static let eventType: EventType = "reminder.sent"
    let book: String, reader: String
}

struct Reminder: TaskHandler {
    let ledger: any Ledger
    let send: @Sendable (String) async throws -> Void

    func handle(_ payload: RemindReader, in context: TaskContext) async throws -> TaskOutcome {
        let last = try await ledger.lastEvent(of: "book-\(payload.book)")
        guard last?.type == BookLent.eventType else { return .done() }  // It came back meanwhile.
        try await send(payload.reader)
        var commit = Commit()
        try commit.append(ReminderSent(book: payload.book, reader: payload.reader), to: "reader-\(payload.reader)")
        return .done(commit)
    }
}

func lendWithReminder(in ledger: any Ledger) async throws -> Receipt {
    try await ledger.commit(id: "loan-7") {
        try $0.append(BookLent(book: "emma", reader: "ada"), to: "book-emma")
        try $0.enqueue(
            RemindReader(book: "emma", reader: "ada"), named: "loan-7", in: "reminders",
            schedule: .after(.seconds(14 * 86_400))
        )
    }
}

func configureReminders(in ledger: any Ledger) async throws {
    try await ledger.tasks.configure(
        "reminders",
        QueueConfiguration(
            dispatchesPerSecond: 10, burst: 10, concurrentDispatches: 50,
            retry: RetryPolicy(maxAttempts: 3, minBackoff: .seconds(1), maxBackoff: .seconds(60))
        )
    )
}

func workUntilIdle(on ledger: any LeasingLedger, _ reminder: Reminder) async throws -> WorkerReport {
    let worker = TaskWorker(
        ledger: ledger, queues: ["reminders"], handlers: TaskRouter(reminder), concurrency: 4,
        leaseDuration: .seconds(60), attemptTimeout: .seconds(300)
    )
    return try await worker.runUntilIdle()
}

func remindAll(_ payloads: [RemindReader], in ledger: any Ledger) async throws {
    let tasks = try payloads.map { try NewTask($0, named: "\($0.book):\($0.reader)", in: "reminders") }
    try await ledger.tasks.enqueue(NewTask.staggered(tasks, over: .seconds(600)))
}

func services(on ledger: any LeasingLedger, _ reminder: Reminder) throws -> ServiceGroup {
    let weekly = try RecurringTask(
        RemindReader(book: "emma", reader: "ada"), named: "weekly", in: "reminders",
        recurring: .cron(try CronExpression("0 6 * * mon"))
    )
    return ServiceGroup(
        services: [
            TaskWorker(ledger: ledger, queues: ["reminders"], handlers: TaskRouter(reminder)),
            TaskScheduler(ledger: ledger, recurring: [weekly]),
            ledger.projector(Books()),
        ],
        gracefulShutdownSignals: [.sigterm, .sigint], logger: Logger(label: "library")
    )
}
