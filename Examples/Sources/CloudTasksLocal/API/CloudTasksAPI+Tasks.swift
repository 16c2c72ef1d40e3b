import EventLedger
import EventLedgerSQLite

/// https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues.tasks
extension CloudTasksAPI {
    func tasks(_ call: Call, in queue: QueuePath) async throws -> Answer {
        switch call.method {
        case "GET":
            _ = try await queues.queue(queue)
            let view = try view(call.query["responseView"].map { .string($0) })
            let page = try await tasks.list(
                queue, limit: try call.pageSize(atMost: 1000), after: call.pageToken
            )
            var object: JSONObject = ["tasks": .array(page.tasks.map { .object($0.json(view)) })]
            if let next = page.next { object["nextPageToken"] = .string(next) }
            return Answer(object)
        case "POST": return Answer(try await create(try call.object(), in: queue))
        default: throw unknownMethod(call)
        }
    }

    private func create(_ body: JSONObject, in queue: QueuePath) async throws -> JSONObject {
        let fault = faults.take(.create, queue: queue.name)
        let refusal = fault.map { fault in
            var error = APIError.status(fault.status, "A fault that was asked for.")
            error.retryAfter = fault.retryAfter
            return error
        }
        if let refusal, fault?.isDone == false { throw refusal }
        _ = try await queues.queue(queue)
        guard let wanted = body["task"]?.objectValue else { throw APIError.invalid("Task is required.") }
        let view = try view(body["responseView"])
        let path = try path(wanted["name"]?.stringValue ?? "", in: queue)
        let task = try TaskResource(wanted, path: path, now: tasks.ledger.clock.now)
        try await tasks.create(task)
        if let refusal { throw refusal }
        return task.json(view)
    }

    /// The name that a client gives its task, or a new one.
    private func path(_ name: String, in queue: QueuePath) throws -> TaskPath {
        let prefix = "\(queue.name)/tasks/"
        let id = name.isEmpty ? "\(UInt64.random(in: 1_000_000_000_000_000_000...9_999_999_999_999_999_999))" : name
        if name.isEmpty || name.hasPrefix(prefix),
            let path = TaskPath(queue: queue, id: name.isEmpty ? id : String(name.dropFirst(prefix.count)))
        {
            return path
        }
        throw APIError.invalid(
            "Task.name must be '\(prefix)TASK_ID', where TASK_ID has at most 250 letters, digits, hyphens and underscores."
        )
    }

    func task(_ call: Call, _ path: TaskPath, _ method: String?) async throws -> Answer {
        switch (call.method, method) {
        case ("GET", nil):
            let view = try view(call.query["responseView"].map { .string($0) })
            return Answer(try await tasks.task(path).task.json(view))
        case ("DELETE", nil):
            _ = try await tasks.task(path)
            try await tasks.end(path)
            return Answer([:])
        case ("POST", "run"):
            let view = try view(try call.object()["responseView"])
            return Answer(try await handler.force(path).json(view))
        default: throw unknownMethod(call)
        }
    }

    /// By name, or by number as Google's Python client sends it.
    private func view(_ value: JSONValue?) throws -> TaskResource.View {
        switch value?.stringValue ?? value?.integerValue.map({ "\($0)" }) ?? "" {
        case "", "VIEW_UNSPECIFIED", "0", "BASIC", "1": return .basic
        case "FULL", "2": return .full
        case let other: throw APIError.invalid("Invalid value at 'response_view': \(other.prefix(40))")
        }
    }
}
