import EventLedger
import EventLedgerGCP
import ProcessSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A running cloud-tasks-local, and calls of its API.
struct Emulator: Sendable {
    /// An answer of the API.
    struct Answer: Sendable {
        let status: Int
        let object: JSONObject
        let headers: HTTPHeaders

        /// What Google's clients tell errors apart by.
        var code: String { object["error"]?.objectValue?["status"]?.stringValue ?? "" }
    }

    static let transport = CurlTransport()
    static let location = "projects/test/locations/europe-west1"

    let process: ChildProcess
    let url: String
    private let folder: ProcessFolder

    /// Runs `body` with a new emulator.
    static func running<Value>(_ body: (Emulator) async throws -> Value) async throws -> Value {
        try await ProcessFolder.with { try await body(start(in: $0)) }
    }

    /// Starts one with the ledger that is in a folder, and waits until it listens.
    private static func start(in folder: ProcessFolder) async throws -> Emulator {
        folder.remove("port")
        let process = try folder.start(
            .cloudTasksLocal,
            ["--database", folder.path("tasks.sqlite"), "--port", "0", "--port-file", folder.path("port")])
        try await eventually("the emulator listens") { folder.text("port") != nil || process.isOver }
        guard let port = folder.text("port") else {
            let end = await process.finished()
            throw NotStarted(description: end.summary)
        }
        return Emulator(process: process, url: "http://127.0.0.1:\(port)", folder: folder)
    }

    struct NotStarted: Error, CustomStringConvertible {
        let description: String
    }

    /// Kills it without a warning, and starts it again with the same ledger.
    func killed() async throws -> Emulator {
        process.send(SIGKILL)
        _ = await process.finished()
        return try await Self.start(in: folder)
    }

    /// Starts another process with arguments that it cannot work with, and waits for its end.
    func other(_ arguments: [String]) async throws -> ChildProcess.Finished {
        try await folder.start(.cloudTasksLocal, ["--database", folder.path("other.sqlite")] + arguments).finished()
    }

    // MARK: Calls

    func call(_ method: HTTPRequest.Method, _ path: String, _ body: JSONObject? = nil) async throws -> Answer {
        try await send(method, path, body.map { JSONValue.object($0).canonicalBytes } ?? [])
    }

    func send(_ method: HTTPRequest.Method, _ path: String, _ body: [UInt8]) async throws -> Answer {
        let response = try await Self.transport.send(HTTPRequest(method, url + path, body: body))
        let object = try JSONText(response.body).value().objectValue
        return Answer(status: response.status, object: try #require(object), headers: response.headers)
    }

    /// The path of a queue.
    static func queue(_ id: String) -> String { "/v2/\(location)/queues/\(id)" }

    /// The name of a queue.
    static func name(_ id: String) -> String { "\(location)/queues/\(id)" }

    /// Makes a queue.
    @discardableResult
    func makeQueue(
        _ id: String, rate: JSONObject = [:], retry: JSONObject = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> JSONObject {
        let answer = try await call(
            .post, "/v2/\(Self.location)/queues",
            ["name": .string(Self.name(id)), "rateLimits": .object(rate), "retryConfig": .object(retry)])
        try #require(answer.status == 200, "\(answer.object)", sourceLocation: sourceLocation)
        return answer.object
    }

    /// Makes a task that posts a body.
    @discardableResult
    func makeTask(
        _ id: String, in queue: String, to url: String, body: String = "aGVsbG8=", request: JSONObject = [:],
        fields: JSONObject = [:], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> JSONObject {
        let answer = try await create(id, in: queue, to: url, body: body, request: request, fields: fields)
        try #require(answer.status == 200, "\(answer.object)", sourceLocation: sourceLocation)
        return answer.object
    }

    func create(
        _ id: String, in queue: String, to url: String, body: String = "aGVsbG8=", request: JSONObject = [:],
        fields: JSONObject = [:]
    ) async throws -> Answer {
        var target: JSONObject = ["url": .string(url), "body": .string(body)]
        for field in request.fields { target[field.key] = field.value }
        var task: JSONObject = [
            "name": .string("\(Self.name(queue))/tasks/\(id)"), "httpRequest": .object(target),
        ]
        for field in fields.fields { task[field.key] = field.value }
        return try await call(.post, "\(Self.queue(queue))/tasks", ["task": .object(task)])
    }

    /// The ids of the tasks of a queue that have not ended.
    func tasks(of queue: String) async throws -> [String] {
        try await list("\(Self.queue(queue))/tasks", "tasks", pageSize: 1000)
    }

    /// The ids of all that is listed, page by page.
    func list(_ path: String, _ field: String, pageSize: Int) async throws -> [String] {
        var ids: [String] = []
        var token = ""
        repeat {
            let answer = try await call(.get, "\(path)?pageSize=\(pageSize)&pageToken=\(token)")
            let items = answer.object[field]?.arrayValue ?? []
            #expect(items.count <= pageSize)
            ids += items.compactMap {
                $0.objectValue?["name"]?.stringValue?.split(separator: "/").last.map { String($0) }
            }
            token = answer.object["nextPageToken"]?.stringValue ?? ""
        } while !token.isEmpty
        return ids
    }
}
