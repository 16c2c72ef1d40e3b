package import EventLedger

/// What the workers in child processes do: each errand is recorded as an event, a document and a task of the next stage.
package enum ChildErrands {
    package static let queue: QueueName = "errands"
    package static let nextQueue: QueueName = "next-errands"

    /// How an errand behaves.
    package enum Manner: String, Codable, Sendable {
        /// It is done at once.
        case plain
        /// Its first attempt waits for the parent's word.
        case waitsAtFirst
        /// Every attempt waits for the parent's word.
        case waits
        /// It kills the process that runs it.
        case deadly
    }

    /// The work of the first stage.
    package struct Errand: TaskPayload {
        package static let kind: TaskKind = "errand"
        package let name: String
        package let manner: Manner

        package init(name: String, manner: Manner) {
            self.name = name
            self.manner = manner
        }
    }

    /// The work of the second stage.
    package struct NextErrand: TaskPayload {
        package static let kind: TaskKind = "next-errand"
        package let name: String
    }

    /// That an errand was done, of either stage.
    package struct Ran: Event {
        package static let eventType: EventType = "errand.ran"
        package let task: String
        package let attempt: Int
        package let worker: String

        package init(task: String, attempt: Int, worker: String) {
            self.task = task
            self.attempt = attempt
            self.worker = worker
        }
    }

    /// The document of an errand that was done.
    package struct Outcome: DocumentModel {
        package static let collection: CollectionName = "outcomes"
        package let id: String
        package let attempt: Int
    }

    /// A task that runs an errand, named after it.
    package static func task(_ name: String, _ manner: Manner = .plain, retry: RetryPolicy? = nil) throws -> NewTask {
        try NewTask(Errand(name: name, manner: manner), named: TaskName(name), in: queue, retry: retry)
    }

    /// What an attempt at an errand makes true.
    package static func commit(_ name: String, attempt: Int, by worker: String) throws -> Commit {
        var commit = Commit()
        try commit.append(Ran(task: name, attempt: attempt, worker: worker), to: "errands-\(name)")
        try commit.put(Outcome(id: name, attempt: attempt))
        try commit.enqueue(NextErrand(name: name), named: TaskName(name), in: nextQueue)
        return commit
    }

    /// What an attempt at the next stage makes true.
    package static func nextCommit(_ name: String, attempt: Int, by worker: String) throws -> Commit {
        var commit = Commit()
        try commit.append(Ran(task: "next \(name)", attempt: attempt, worker: worker), to: "errands-\(name)")
        return commit
    }
}
