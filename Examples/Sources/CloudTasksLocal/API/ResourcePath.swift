/// What a path of the REST interface names.
///
/// https://cloud.google.com/tasks/docs/reference/rest
enum ResourcePath: Equatable {
    /// `projects/{p}/locations/{l}/queues`
    case queues(location: String)
    /// `.../queues/{q}`, with the method behind a colon, if any.
    case queue(QueuePath, method: String?)
    /// `.../queues/{q}/tasks`
    case tasks(QueuePath)
    /// `.../queues/{q}/tasks/{t}`, with the method behind a colon, if any.
    case task(TaskPath, method: String?)

    /// Reads a path behind `/v2/`; `nil` where it names nothing.
    init?(_ path: Substring) {
        var parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 5, parts[0] == "projects", parts[2] == "locations", parts[4] == "queues" else {
            return nil
        }
        guard Self.isID(parts[1]), Self.isID(parts[3]) else { return nil }
        var method: String?
        if let last = parts.last, let colon = last.firstIndex(of: ":") {
            method = String(last[last.index(after: colon)...])
            parts[parts.count - 1] = String(last[..<colon])
        }
        let location = parts[0...3].joined(separator: "/")
        if parts.count == 5, method == nil {
            self = .queues(location: location)
            return
        }
        guard parts.count >= 6, let queue = QueuePath("\(location)/queues/\(parts[5])") else { return nil }
        switch parts.count {
        case 6: self = .queue(queue, method: method)
        case 7 where parts[6] == "tasks" && method == nil: self = .tasks(queue)
        case 8 where parts[6] == "tasks":
            guard let task = TaskPath(queue: queue, id: parts[7]) else { return nil }
            self = .task(task, method: method)
        default: return nil
        }
    }

    static func isID(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                    UInt8(ascii: ":"):
                    true
                default: false
                }
            }
    }
}

/// The full name of a queue.
struct QueuePath: Hashable, Sendable {
    let name: String

    /// Reads `projects/{p}/locations/{l}/queues/{q}`; `nil` where it is none, or is longer than a ledger's names.
    init?(_ name: String) {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "projects", parts[2] == "locations", parts[4] == "queues" else {
            return nil
        }
        guard [1, 3].allSatisfy({ ResourcePath.isID(String(parts[$0])) }), name.utf8.count <= 250 else { return nil }
        guard (1...100).contains(parts[5].utf8.count), ResourcePath.isID(String(parts[5])), !parts[5].contains("_")
        else {
            return nil
        }
        self.name = name
    }

    /// The last part.
    var id: String { name.split(separator: "/").last.map(String.init) ?? name }
    /// What stands before `/queues/`.
    var location: String { name.split(separator: "/").prefix(4).joined(separator: "/") }
}

/// The full name of a task.
struct TaskPath: Hashable, Sendable {
    let queue: QueuePath
    let id: String

    /// `nil` where the id is none. The service takes 500 characters; here it is the 250 that a ledger's names carry.
    init?(queue: QueuePath, id: String) {
        guard (1...250).contains(id.utf8.count), ResourcePath.isID(id), !id.contains(where: { ".:".contains($0) })
        else {
            return nil
        }
        self.queue = queue
        self.id = id
    }

    var name: String { "\(queue.name)/tasks/\(id)" }
}
