import EventLedger
import Testing

/// A limit, and commits that are exactly so large.
struct LimitCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let limit: Int
    /// A commit of a size.
    let commit: @Sendable (Int) -> Commit

    init(_ description: String, _ limit: Int, _ fill: @escaping @Sendable (inout Commit, Int) -> Void) {
        testDescription = description
        self.limit = limit
        commit = { size in
            var commit = Commit()
            fill(&commit, size)
            return commit
        }
    }

    static let all = [
        LimitCase("bytes of an event's data", LedgerLimits.eventDataBytes) { commit, size in
            commit.append(contentsOf: [event(text(bytes: size))], to: "large")
        },
        LimitCase("tags of an event", LedgerLimits.tagsPerEvent) { commit, size in
            let tags = (0..<size).map { EventTag("tag-\($0)") }
            commit.append(contentsOf: [NewEvent(type: "t", data: .emptyObject, tags: tags)], to: "tagged")
        },
        LimitCase("bytes of an event's metadata", LedgerLimits.metadataBytes) { commit, size in
            let frame = JSONText(.object(Metadata(actor: "").fields)).bytes.count
            let metadata = Metadata(actor: String(repeating: "m", count: size - frame))
            commit.append(contentsOf: [NewEvent(type: "t", data: .emptyObject, metadata: metadata)], to: "described")
        },
        LimitCase("events in a commit", LedgerLimits.eventsPerCommit) { commit, size in
            let events = (0..<size).map { event(JSONText(.integer(Int64($0)))) }
            commit.append(contentsOf: events.prefix(3), to: "few")
            commit.append(contentsOf: events.dropFirst(3), to: "many")
        },
        LimitCase("documents and tasks in a commit", LedgerLimits.writesPerCommit) { commit, size in
            for number in 0..<size - 200 {
                commit.write(.put(key("doc-\(number)"), ["number": .integer(Int64(number))]))
            }
            for number in 0..<200 { commit.enqueue(task(JSONText(.integer(Int64(number))), "task-\(number)")) }
        },
        LimitCase("bytes in a commit", LedgerLimits.commitBytes) { commit, size in
            // An event, documents and a task share the bytes.
            let fields: JSONObject = ["text": .string(String(repeating: "d", count: 800_000))]
            let sizes = [700_000, 50_000]
            commit.append(contentsOf: [event(text(bytes: sizes[0]))], to: "filled")
            commit.enqueue(task(text(bytes: sizes[1]), "filled"))
            commit.write(.put(key("filled"), fields))
            let rest = size - sizes.reduce(0, +) - fields.canonicalBytes.count
            commit.append(contentsOf: [event(text(bytes: rest / 2)), event(text(bytes: rest - rest / 2))], to: "rest")
        },
        LimitCase("bytes of a document", LedgerLimits.documentBytes) { commit, size in
            let frame = JSONObject([("text", .string(""))]).canonicalBytes.count
            commit.write(.put(key("large"), ["text": .string(String(repeating: "d", count: size - frame))]))
        },
        LimitCase("levels of a document", LedgerLimits.documentDepth) { commit, size in
            var value = JSONValue.integer(1)
            for level in 1..<size { value = level % 2 == 0 ? .array([value]) : .object(["deeper": value]) }
            commit.write(.put(key("deep"), ["deeper": value]))
        },
        LimitCase("bytes of a task", LedgerLimits.taskBytes) { commit, size in
            commit.enqueue(task(text(bytes: size), "large"))
        },
        LimitCase("bytes of a task and its headers", LedgerLimits.taskBytes) { commit, size in
            var headed = task(text(bytes: 1000), "headed")
            let frame = JSONObject([("header", .string(""))]).canonicalBytes.count
            headed.headers = ["header": .string(String(repeating: "h", count: size - 1000 - frame))]
            commit.enqueue(headed)
        },
    ]

    private static func event(_ data: JSONText) -> NewEvent { NewEvent(type: "limits.tried", data: data) }

    private static func key(_ id: DocumentID) -> DocumentKey { DocumentKey("limits", id) }

    private static func task(_ payload: JSONText, _ name: TaskName) -> NewTask {
        NewTask(kind: "try-limits", payload: payload, named: name, in: "limits")
    }

    /// A JSON string of so many bytes, quotes included.
    private static func text(bytes count: Int) -> JSONText {
        JSONText(.string(String(repeating: "x", count: count - 2)))
    }
}
