import EventLedger
import Synchronization
import TestSupport

/// The tasks of the tests in one process, and what their handlers record.
enum Chores {
    static let queue: QueueName = "chores"

    struct Chore: TaskPayload {
        static let kind: TaskKind = "chore"
        let number: Int
    }

    struct Done: Event {
        static let eventType: EventType = "chore.done"
        let number: Int
    }

    typealias Handler = ClosureHandler<Chore>

    /// Something that fails on purpose.
    struct Failing: Error {}

    static func task(
        _ number: Int, schedule: TaskSchedule = .now,
        retry: RetryPolicy? = RetryPolicy(maxAttempts: nil, maxBackoff: .seconds(3600))
    ) throws -> NewTask {
        try NewTask(Chore(number: number), named: TaskName("\(number)"), in: queue, schedule: schedule, retry: retry)
    }

    /// What an attempt makes true.
    static func commit(_ number: Int) throws -> Commit {
        var commit = Commit()
        try commit.append(Done(number: number), to: "chores-\(number)")
        return commit
    }

    static func worker(
        _ ledger: any LeasingLedger, concurrency: Int, leaseDuration: Duration, attemptTimeout: Duration? = nil,
        name: WorkerName = "tester", _ body: @escaping @Sendable (Chore, TaskContext) async throws -> TaskOutcome
    ) -> TaskWorker {
        TaskWorker(
            ledger: ledger, queues: [queue], handlers: TaskRouter(Handler(body)), concurrency: concurrency,
            leaseDuration: leaseDuration, attemptTimeout: attemptTimeout, gracePeriod: .zero, name: name,
            logger: ClockedLedger.quiet
        )
    }

    /// The numbers of the chores that were recorded, in order; one that was recorded twice is there twice.
    static func recorded(in ledger: any LeasingLedger) async throws -> [Int] {
        var numbers: [Int] = []
        for try await event in ledger.read(.types(Done.eventType)) {
            if let done = try event.decode(Done.self) { numbers.append(done.number) }
        }
        return numbers.sorted()
    }
}

/// Something that happens once, and that any number of tasks wait for.
final class Happening: Sendable {
    private let hasHappened = Mutex(false)
    private let signal = CommitSignal()

    func happen() {
        hasHappened.withLock { $0 = true }
        signal.signal()
    }

    /// Waits for it.
    ///
    /// - Throws: `CancellationError`.
    func wait() async throws {
        while true {
            let ticket = signal.ticket
            if hasHappened.withLock({ $0 }) { return }
            try await signal.wait(since: ticket)
        }
    }

    /// Waits for it, whatever else happens: a task that waits like this cannot be cancelled.
    func waitDeafly() async {
        await Task { try? await self.wait() }.value
    }
}
