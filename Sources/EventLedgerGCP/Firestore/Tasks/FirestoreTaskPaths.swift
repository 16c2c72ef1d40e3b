import EventLedger

/// Where tasks and queues are, below the root of a ledger, such as `ledgers/main`.
enum FirestoreTaskPaths {
    /// The record of the latest generation of a name.
    static func latest(_ name: TaskName, in queue: QueueName, root: String) -> String {
        "\(root)/tasks/\(digest([queue.rawValue, name.rawValue]))"
    }

    /// The record of a generation that had not ended when a later one was made.
    static func older(_ key: TaskKey, root: String) -> String {
        "\(latest(key.name, in: key.queue, root: root))-\(key.generation)"
    }

    static func queue(_ queue: QueueName, root: String) -> String { "\(root)/queues/\(digest([queue.rawValue]))" }

    /// The dead letter in which a task ends.
    static func letter(_ key: TaskKey, root: String) -> String {
        FirestoreDeadLetters.path(of: DeadLetterID(of: key), root: root)
    }

    /// The paths that hold what is known of a task, as a rule.
    static func task(_ key: TaskKey, root: String) -> [String] {
        [latest(key.name, in: key.queue, root: root), queue(key.queue, root: root)]
    }

    private static func digest(_ texts: [String]) -> Substring { CanonicalDigest.hexadecimal(of: texts).prefix(32) }
}
