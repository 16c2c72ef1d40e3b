/// Does the work of one kind of task, whether the task was leased by a worker or pushed by a service.
///
/// A handler may always run again: after a crash, after a lease was lost, after a failure. What it returns as
/// ``TaskOutcome/done(_:)`` is recorded once.
public protocol TaskHandler<Payload>: Sendable {
    /// What the task carries.
    associatedtype Payload: TaskPayload

    /// Does the work.
    ///
    /// - Parameters:
    ///   - payload: What the task carries.
    ///   - context: The attempt.
    /// - Returns: What is to become true with the task's completion, or that it shall wait, or that it cannot be done.
    /// - Throws: Any error is a failed attempt, which is retried by policy.
    func handle(_ payload: Payload, in context: TaskContext) async throws -> TaskOutcome
}

/// How a task ended, as its handler says.
public enum TaskOutcome: Sendable {
    /// It is done. The commit, with the next stage's tasks, becomes true together with the task's own completion. Its id is
    /// replaced by the one that is derived from the task.
    case done(Commit = Commit())
    /// It shall run again at a time; no attempt is used.
    case snooze(until: Timestamp)
    /// It can never be done: a dead letter now.
    case discard(reason: String)
}
