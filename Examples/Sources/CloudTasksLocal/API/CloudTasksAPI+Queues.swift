import EventLedger
import EventLedgerSQLite

/// https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues
extension CloudTasksAPI {
    func queues(_ call: Call, in location: String) async throws -> Answer {
        switch call.method {
        case "GET":
            let page = try await queues.list(
                location, limit: try call.pageSize(atMost: 1000), after: call.pageToken
            )
            var object: JSONObject = ["queues": .array(page.queues.map { .object($0.json) })]
            if let next = page.next { object["nextPageToken"] = .string(next) }
            return Answer(object)
        case "POST":
            let body = try call.object()
            guard let path = body["name"]?.stringValue.flatMap({ QueuePath($0) }), path.location == location else {
                throw APIError.invalid(
                    "Queue.name must be '\(location)/queues/QUEUE_ID', where QUEUE_ID has at most 100 letters, digits "
                        + "and hyphens."
                )
            }
            var queue = QueueResource(path)
            try queue.apply(body)
            try await queues.create(queue)
            dispatcher.begin(path)
            return Answer(queue.json)
        default: throw unknownMethod(call)
        }
    }

    func queue(_ call: Call, _ path: QueuePath, _ method: String?) async throws -> Answer {
        switch (call.method, method) {
        case ("GET", nil): return Answer(try await queues.queue(path).json)
        case ("PATCH", nil):
            let body = try call.object()
            let given = (call.query["updateMask"] ?? "").split(separator: ",").map(Self.camelCase)
            let mask = given.isEmpty ? nil : given
            let queue = try await queues.change(path, makingIt: true) { try $0.apply(body, mask: mask) }
            dispatcher.begin(path)
            return Answer(queue.json)
        case ("DELETE", nil):
            _ = try await queues.queue(path)
            await dispatcher.end(path)
            // First the tasks: a process that is killed in between leaves a queue that can be deleted again.
            try await tasks.removeAll(of: path)
            try await queues.delete(path)
            // And those that were made meanwhile.
            try await tasks.removeAll(of: path)
            return Answer([:])
        case ("POST", "pause"): return Answer(try await queues.change(path) { $0.isPaused = true }.json)
        case ("POST", "resume"): return Answer(try await queues.change(path) { $0.isPaused = false }.json)
        case ("POST", "purge"):
            let now = queues.ledger.clock.now
            let queue = try await queues.change(path) { $0.purgeTime = now }
            try await tasks.purge(path)
            return Answer(queue.json)
        default: throw unknownMethod(call)
        }
    }

    /// `rate_limits.max_dispatches_per_second` is taken as well as the form of JSON.
    private static func camelCase(_ path: Substring) -> String {
        var result = "", isUpper = false
        for character in path {
            if character == "_" {
                isUpper = true
            } else {
                result += isUpper ? character.uppercased() : String(character)
                isUpper = false
            }
        }
        return result
    }
}
