package import EventLedger

/// What is pushed: a task, and what carries it.
package struct CarriedTask: Hashable, Sendable {
    /// The task.
    package let key: TaskKey
    /// Which of those that it was given to.
    package let carrier: Int

    package init(key: TaskKey, carrier: Int) {
        self.key = key
        self.carrier = carrier
    }
}
