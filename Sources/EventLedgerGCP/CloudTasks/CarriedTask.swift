package import EventLedger

/// What is pushed: a task, and what carries it.
package struct CarriedTask: Hashable, Sendable {
    /// The task.
    package let key: TaskKey
    /// Which of those that it was given to.
    package let carrier: Int
    /// When the task was enqueued: a ledger that was deleted and made anew may name a task again that the service still carries.
    package let enqueuedAt: Timestamp

    package init(key: TaskKey, carrier: Int, enqueuedAt: Timestamp) {
        self.key = key
        self.carrier = carrier
        self.enqueuedAt = enqueuedAt
    }
}
