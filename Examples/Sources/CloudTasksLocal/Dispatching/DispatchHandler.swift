import EventLedger
import Logging
import Synchronization

/// Makes one attempt at a task that is due, and records how it ended.
final class DispatchHandler: TaskHandler {
    let tasks: TaskStore
    let queues: QueueStore
    let delivery: Delivery
    let logger: Logger
    private let forced = Mutex(Forced())

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
        if isForced(path) { return .snooze(until: context.clock.now + .seconds(1)) }
        // Deleted while it was due.
        guard let (task, _) = try await tasks.living(path) else { return .done() }
        // The ledger's queue knows of attempts that ended with the process, the document of those that were forced.
        switch try await attempt(task, number: max(context.attempt, task.dispatchCount + 1)) {
        case .retry(_, let message): throw Failed(description: message)
        case .done:
            var commit = Commit()
            commit.write(tasks.tombstone(path))
            return .done(commit)
        }
    }

    /// - Parameter attempt: Its number, from 1.
    private func attempt(_ task: TaskResource, number attempt: Int) async throws -> Ending {
        let path = task.path
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

    private struct Forced {
        var paths: Set<TaskPath> = []
        var attempts: [TaskPath: Task<Void, Never>] = [:]
        var hasStopped = false
    }

    private func isForced(_ path: TaskPath) -> Bool { forced.withLock { $0.paths.contains(path) } }

    /// Makes an attempt at once, whatever the queue's rate is, and whether or not it is paused. It is written down before, so
    /// that a process that is killed meanwhile makes it when it is started again.
    ///
    /// - Returns: The task as it stands when it is sent, and not with the end of the attempt; one that was forced already, and
    ///   is under way, is not sent again.
    func force(_ path: TaskPath) async throws -> TaskResource {
        let isNew = try forced.withLock { forced throws(APIError) in
            guard !forced.hasStopped else { throw .status(503, "The server is about to end.") }
            return forced.paths.insert(path).inserted
        }
        guard isNew else { return try await tasks.task(path).task }
        do {
            let now = delivery.clock.now
            let updated = try await tasks.update(path) { task in
                task.dispatchCount += 1
                task.scheduleTime = now
                task.isForced = true
            }
            guard let updated else { throw TaskStore.notFound(path) }
            begin(updated)
            return updated
        } catch {
            leave(path)
            throw error
        }
    }

    private func begin(_ task: TaskResource) {
        forced.withLock { forced in
            // Where it is about to end, the document says that there is an attempt to be made.
            guard !forced.hasStopped else { return }
            forced.attempts[task.path] = Task { await attemptForced(task) }
        }
    }

    private func attemptForced(_ task: TaskResource) async {
        do {
            switch try await attempt(task, number: task.dispatchCount) {
            case .done: if try await tasks.living(task.path) != nil { try await tasks.end(task.path) }
            case .retry(let task, _): try await tasks.reschedule(task)
            }
        } catch is CancellationError {
            // Its document says that it is to be made again.
        } catch {
            logger.warning("A task that was forced to run stays as it was.", metadata: ["task": "\(task.path.name)"])
        }
        leave(task.path)
    }

    private func leave(_ path: TaskPath) {
        forced.withLock { forced in
            forced.paths.remove(path)
            forced.attempts[path] = nil
        }
    }

    /// Ends the attempts that were forced; they are made again after the next start.
    func stop() async {
        let attempts = forced.withLock { forced in
            forced.hasStopped = true
            return Array(forced.attempts.values)
        }
        for attempt in attempts { attempt.cancel() }
        for attempt in attempts { await attempt.value }
    }
}
