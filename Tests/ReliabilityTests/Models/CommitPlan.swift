import EventLedger

/// What a commit is to contain.
struct CommitPlan: Sendable, CustomStringConvertible {
    struct Append: Sendable, CustomStringConvertible {
        let stream: StreamName
        let expectation: ExpectationPlan
        let events: [EventPlan]

        var description: String { "\(events) to \(stream) expecting \(expectation)" }
    }

    struct Condition: Sendable, CustomStringConvertible {
        let query: QueryPlan
        /// The condition looks behind the position that lies so far before the head.
        let back: Int64

        var description: String { "nothing matching \(query) after head - \(back)" }
    }

    var appends: [Append] = []
    var conditions: [Condition] = []
    var writes: [WritePlan] = []
    var tasks: [TaskPlan] = []
    var completions: [LeaseReference] = []
    var letters: [LetterPlan] = []
    var actor: String?

    var description: String {
        var parts: [String] = []
        if !appends.isEmpty { parts.append("append \(appends)") }
        if !conditions.isEmpty { parts.append("require \(conditions)") }
        if !writes.isEmpty { parts.append("write \(writes)") }
        if !tasks.isEmpty { parts.append("enqueue \(tasks)") }
        if !completions.isEmpty { parts.append("complete \(completions)") }
        if !letters.isEmpty { parts.append("record \(letters)") }
        if let actor { parts.append("by \(actor)") }
        return parts.isEmpty ? "nothing" : parts.joined(separator: "; ")
    }
}

enum ExpectationPlan: Sendable, CustomStringConvertible {
    case any
    case newStream
    case existing
    /// The revision that the stream has, and so many more.
    case current(plus: Int64)

    var description: String {
        switch self {
        case .any: "anything"
        case .newStream: "a new stream"
        case .existing: "an existing stream"
        case .current(let offset): "its revision + \(offset)"
        }
    }
}

struct EventPlan: Sendable, CustomStringConvertible {
    let type: EventType
    let tags: [EventTag]
    let secondsAgo: Int64?

    var description: String {
        type.rawValue + (tags.isEmpty ? "" : " \(tags.map(\.rawValue))") + (secondsAgo.map { " \($0) s ago" } ?? "")
    }
}

struct QueryPlan: Sendable, CustomStringConvertible {
    struct Item: Sendable, CustomStringConvertible {
        let types: [EventType]
        let tags: [EventTag]

        var description: String { "\(types.map(\.rawValue)) tagged \(tags.map(\.rawValue))" }
    }

    let items: [Item]

    var query: EventQuery { EventQuery(items.map { .init(types: Set($0.types), tags: Set($0.tags)) }) }

    var description: String { items.map(\.description).joined(separator: " or ") }
}

/// A write of one document.
struct WritePlan: Sendable, CustomStringConvertible {
    let key: DocumentKey
    /// What is put; `nil` deletes.
    let fields: JSONObject?
    let condition: VersionPlan

    var description: String {
        (fields.map { "put \(key) \($0)" } ?? "delete \(key)") + " if \(condition)"
    }
}

enum VersionPlan: Sendable, CustomStringConvertible {
    case any
    case absent
    case present
    /// The version that the document has, and so many more.
    case current(plus: Int64)

    var description: String {
        switch self {
        case .any: "anything"
        case .absent: "absent"
        case .present: "present"
        case .current(let offset): "at its version + \(offset)"
        }
    }
}

struct TaskPlan: Sendable, CustomStringConvertible {
    let queue: QueueName
    let name: TaskName
    let delay: Int64?
    let attempts: Int?

    var description: String {
        "\(queue)/\(name)" + (delay.map { " in \($0) s" } ?? "") + (attempts.map { " \($0) attempts" } ?? "")
    }

    func task(number: Int) -> NewTask {
        NewTask(
            kind: "work", payload: JSONText(JSONValue.object(["number": .integer(Int64(number))])), named: name,
            in: queue,
            schedule: delay.map { .after(.seconds($0)) } ?? .now, headers: ["origin": .string("#\(number)")],
            retry: attempts.map { RetryPolicy(maxAttempts: $0, minBackoff: .seconds(3), maxBackoff: .seconds(30)) }
        )
    }
}

/// A dead letter that is recorded by hand.
enum LetterPlan: Sendable {
    /// Of a task, which may or may not have been enqueued.
    case task(TaskName, in: QueueName, generation: Int, secondsAgo: Int64)
    /// Of an event.
    case event(Int, secondsAgo: Int64)

    func letter(number: Int, now: Timestamp) -> DeadLetter {
        let failure = TaskFailure(errorType: "ByHand", message: "it broke in #\(number)")
        let payload = JSONText(JSONValue.object(["number": .integer(Int64(number))]))
        switch self {
        case .task(let name, let queue, let generation, let seconds):
            let key = TaskKey(queue: queue, name: name, generation: generation)
            return DeadLetter(
                id: DeadLetterID(of: key), source: .task(key), type: "work", payload: payload, failure: failure,
                attempts: 3, firstFailedAt: now - .seconds(seconds + 5), lastFailedAt: now - .seconds(seconds),
                worker: "by-hand", retry: RetryPolicy(maxAttempts: 2)
            )
        case .event(let which, let seconds):
            return DeadLetter(
                id: DeadLetterID("letter-\(which)"),
                source: .event(position: Position(Int64(which + 1)), stream: "thing-1", consumer: "totals@1"),
                type: "opened", payload: payload, headers: ["actor": "ada"], failure: failure, attempts: 1,
                firstFailedAt: now - .seconds(seconds), lastFailedAt: now - .seconds(seconds), correlationID: "run-1"
            )
        }
    }
}
