/// The name of a queue.
public struct QueueName: LedgerName {
    public static let noun = "queue name"
    public let rawValue: String
    public init(_ rawValue: String) { self.rawValue = rawValue }
}

/// The name of a task in its queue, by which it is deduplicated.
public struct TaskName: LedgerName {
    public static let noun = "task name"
    public let rawValue: String
    public init(_ rawValue: String) { self.rawValue = rawValue }

    /// A new name that no other task has.
    public static func unique() -> TaskName { TaskName(TimeOrderedUUID.next()) }
}

/// The kind of a task's payload on the wire, such as `send-digest`; it decides which handler gets it.
public struct TaskKind: LedgerName {
    public static let noun = "task kind"
    public let rawValue: String
    public init(_ rawValue: String) { self.rawValue = rawValue }
}

/// The name of a worker, for people who look at leases and dead letters.
public struct WorkerName: LedgerName {
    public static let noun = "worker name"
    public let rawValue: String
    public init(_ rawValue: String) { self.rawValue = rawValue }
}

/// Which task: the queue, the name, and the generation of the name.
public struct TaskKey: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The queue.
    public let queue: QueueName
    /// The name in the queue.
    public let name: TaskName
    /// Counts from 1. Retrying a dead letter and enqueueing after a cancel raise it, so that the name can run again.
    public let generation: Int

    /// Makes a key.
    public init(queue: QueueName, name: TaskName, generation: Int = 1) {
        self.queue = queue
        self.name = name
        self.generation = generation
    }

    public var description: String { "\(queue)/\(name)#\(generation)" }
}
