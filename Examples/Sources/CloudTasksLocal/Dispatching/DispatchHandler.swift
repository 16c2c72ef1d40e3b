import EventLedger
import Logging
import Synchronization

/// Makes one attempt at a task that is due, and records how it ended.
final class DispatchHandler: TaskHandler {
    let tasks: TaskStore
    let queues: QueueStore
    let delivery: Delivery
    let logger: Logger
    private let forced = Mutex<Set<TaskPath>>([])

    init(tasks: TaskStore, queues: QueueStore, delivery: Delivery, logger: Logger) {
        self.tasks = tasks
        self.queues = queues
        self.delivery = delivery
        self.logger = logger
    }

    /// Why an attempt counts as failed; the ledger's queue then waits by its policy.
    private struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    /// How an attempt ended.
    private enum Ending {
        case done
        case retry(TaskResource, message: String)
    }

    func handle(_ payload: DispatchOrder, in context: TaskContext) async throws -> TaskOutcome {
        guard let queue = QueuePath(context.key.queue.rawValue),
            let path = TaskPath(queue: queue, id: context.key.name.rawValue)
        else { return .discard(reason: "The name is none of a Cloud Task.") }
        // Somebody forces it to run at this moment: if that succeeds, there is nothing to do here.
        if isForced(path) { return .snooze(until: context.clock.now + .milliseconds(200)) }
        switch try await attempt(path, known: context.attempt) {
        case .retry(_, let message): throw Failed(description: message)
        case .done:
            var commit = Commit()
            commit.write(tasks.tombstone(path))
            return .done(commit)
        }
    }

    /// - Parameter known: How many attempts the ledger's queue knows of, this one included.
    private func attempt(_ path: TaskPath, known: Int) async throws -> Ending {
        // Deleted while it was due.
        guard let (task, _) = try await tasks.living(path) else { return .done }
        let attempt = max(known, task.dispatchCount + 1)
        let clock = delivery.clock
        let dispatched = clock.now
        let result = try await delivery.send(task, attempt: attempt)
        let ended = clock.now
        if result.isSuccess { return .done }
        guard let queue = try? await queues.queue(path.queue) else { return .done }
        let first = task.firstAttemptAt ?? dispatched
        if queue.isExhausted(attempts: attempt, firstAttemptAt: first, now: ended) {
            logger.notice(
                "A task was given up.",
                metadata: ["task": "\(path.name)", "attempts": "\(attempt)", "why": "\(result.message)"]
            )
            return .done
        }
        let next = ended + queue.retryPolicy.backoff(afterAttempts: attempt)
        let updated = try await tasks.update(path) { task in
            task.record(
                attempt: attempt, scheduled: task.scheduleTime, dispatched: dispatched, ended: ended,
                status: result.status, message: result.message
            )
            task.scheduleTime = next
        }
        guard let updated else { return .done }
        return .retry(updated, message: result.message)
    }

    // MARK: Forced by hand

    private func isForced(_ path: TaskPath) -> Bool { forced.withLock { $0.contains(path) } }

    /// Makes an attempt at once, whatever the queue's rate is, and whether or not it is paused.
    ///
    /// - Returns: At once, not with the end of the attempt; `false` where one that was forced is under way.
    func force(_ path: TaskPath) -> Bool {
        guard forced.withLock({ $0.insert(path).inserted }) else { return false }
        Task {
            do {
                switch try await attempt(path, known: 1) {
                case .done: try await tasks.end(path)
                case .retry(let task, _): try await tasks.reschedule(task)
                }
            } catch {
                logger.warning("A task that was forced to run stays as it was.", metadata: ["task": "\(path.name)"])
            }
            _ = forced.withLock { $0.remove(path) }
        }
        return true
    }
}
