public import EventLedger
import Synchronization

/// A ledger together with the way in which its tasks get to their handlers, whether workers lease them or a service pushes
/// them: what ``TaskQueueConformance`` is run against.
public struct TaskQueueSubject: Sendable {
    /// Delivers the tasks of some queues to their handlers until a condition holds. Time passes meanwhile, by itself or
    /// because a clock is stepped. It asks for the condition again and again, and throws what the condition throws.
    public typealias Deliver =
        @Sendable (
            _ handlers: TaskRouter, _ queues: [QueueName],
            _ condition: @escaping @Sendable () async throws -> Bool
        ) async throws -> Void

    /// The ledger with the tasks. The time is its clock's.
    public let ledger: any Ledger
    /// How its tasks get to their handlers.
    public let deliver: Deliver

    /// Makes a subject.
    public init(ledger: any Ledger, deliver: @escaping Deliver) {
        self.ledger = ledger
        self.deliver = deliver
    }

    /// A ledger whose tasks are leased by one ``TaskWorker``.
    ///
    /// - Parameters:
    ///   - ledger: The ledger; it takes the time from the clock.
    ///   - clock: The clock; it is stepped while tasks are delivered.
    public static func leased(_ ledger: any LeasingLedger, clock: TestClock) -> TaskQueueSubject {
        TaskQueueSubject(ledger: ledger) { handlers, queues, condition in
            // Longer than the clock gets while any obligation is checked: a lease must not end because a disk stands still.
            let worker = TaskWorker(
                ledger: ledger, queues: queues, handlers: handlers, leaseDuration: .seconds(86_400)
            )
            try await TaskQueueSubject.running(until: condition) {
                try await TaskQueueSubject.stepping(clock) { try await worker.run() }
            }
        }
    }

    /// Does work that does not end by itself until a condition holds, then cancels it.
    ///
    /// - Throws: What the work or the condition throws, but not that the work was cancelled.
    public static func running(
        until condition: @escaping @Sendable () async throws -> Bool,
        _ work: @escaping @Sendable () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await work() }
            group.addTask { while !(try await condition()) { try await Task.sleep(for: .milliseconds(2)) } }
            defer { group.cancelAll() }
            try await group.next()
            group.cancelAll()
            // What the handlers were about to record is recorded before anybody looks.
            while let result = await group.nextResult() {
                if case .failure(let error) = result, !(error is CancellationError) { throw error }
            }
        }
    }

    /// Does work while a clock goes on, 25 milliseconds each millisecond, as long as somebody waits for it. It is paced, so that
    /// what a store takes real time for, such as recording an attempt, is not outrun by a lease's end or by the end of the
    /// time for retries.
    public static func stepping(_ clock: TestClock, _ work: @Sendable () async throws -> Void) async throws {
        let stepper = Task {
            while !Task.isCancelled {
                try await clock.waitForSleepers()
                clock.advance(by: .milliseconds(25))
                try await Task.sleep(for: .milliseconds(1))
            }
        }
        defer { stepper.cancel() }
        try await work()
    }
}
