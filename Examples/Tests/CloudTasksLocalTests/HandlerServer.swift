import EventLedger
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization

/// The web server that tasks are sent to.
final class HandlerServer: Sendable {
    /// A request as it came.
    struct Received: Sendable {
        let method: String
        let path: String
        /// By name in lower case.
        let headers: [String: String]
        let body: String
        let at: Timestamp

        /// The id of the task.
        var task: String { headers["x-cloudtasks-taskname"] ?? "" }
        /// How often the task was sent before.
        var retries: Int { headers["x-cloudtasks-taskretrycount"].flatMap { Int($0) } ?? -1 }
    }

    private struct Load {
        var now = 0
        var most = 0
    }

    private let log = Mutex<[Received]>([])
    private let load = Mutex(Load())
    let url: String

    /// What came until now, in the order in which it came.
    var received: [Received] { log.withLock { $0 } }
    /// How many requests are unanswered.
    var unanswered: Int { load.withLock { $0.now } }
    /// How many were unanswered at once, at the most.
    var mostUnanswered: Int { load.withLock { $0.most } }

    private init(port: Int) { url = "http://127.0.0.1:\(port)" }

    /// Serves while `body` runs.
    ///
    /// - Parameter respond: gives the status.
    static func serving<Value>(
        _ respond: @escaping @Sendable (Received) async -> Int = { _ in 200 },
        _ body: (HandlerServer) async throws -> Value
    ) async throws -> Value {
        var logger = Logger(label: "handler")
        logger.logLevel = .critical
        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        let shared = Shared()
        let application = Application(
            responder: CallbackResponder<BasicRequestContext> { request, _ in
                guard let server = shared.server.withLock({ $0 }) else { return Response(status: .serviceUnavailable) }
                return try await server.answer(request, respond)
            },
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { found.yield($0.localAddress?.port ?? 0) }, logger: logger)
        let running = Task {
            defer { found.finish() }
            try await application.run()
        }
        defer { running.cancel() }
        var first = ports.makeAsyncIterator()
        guard let port = await first.next() else {
            try await running.value
            throw CancellationError()
        }
        let made = HandlerServer(port: port)
        shared.server.withLock { $0 = made }
        return try await body(made)
    }

    /// A mutex cannot be captured, what holds one can.
    private final class Shared: Sendable {
        let server = Mutex<HandlerServer?>(nil)
    }

    private func answer(
        _ request: Request, _ respond: @Sendable (Received) async -> Int
    ) async throws -> Response {
        let bytes = try await request.body.collect(upTo: 1 << 20)
        var headers: [String: String] = [:]
        for field in request.headers { headers[field.name.canonicalName] = field.value }
        let received = Received(
            method: request.method.rawValue, path: request.uri.path, headers: headers,
            body: String(decoding: bytes.readableBytesView, as: UTF8.self), at: SystemClock().now)
        load.withLock { load in
            load.now += 1
            load.most = max(load.most, load.now)
        }
        defer { load.withLock { $0.now -= 1 } }
        log.withLock { $0.append(received) }
        return Response(status: HTTPResponse.Status(code: await respond(received)))
    }
}

/// Holds whoever comes until it is opened.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
