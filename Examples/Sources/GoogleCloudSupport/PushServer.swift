import CommandLineSupport
import EventLedgerCommands
public import EventLedgerGCP
import HTTPTypes
import Hummingbird
public import Logging
import NIOCore
public import ServiceLifecycle

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// An HTTP server that gives requests to push endpoints: all that the library leaves to a web framework.
public struct PushServer: Service {
    /// Answers a request.
    public typealias Endpoint = @Sendable (PushRequest) async -> PushResponse

    private let host: String
    private let port: Int
    private let endpoints: [String: Endpoint]
    private let grace: Duration
    private let onReady: @Sendable (Int) async -> Void
    private let logger: Logger

    /// Makes a server; it listens when it runs.
    ///
    /// - Parameters:
    ///   - host: the address to listen on.
    ///   - port: the port; 0 for any that is free.
    ///   - endpoints: who answers, by path.
    ///   - grace: how long answers may take after a graceful shutdown was asked for, before they are cancelled.
    ///   - logger: where the server writes.
    ///   - onReady: is told the port when the server listens.
    public init(
        host: String, port: Int, endpoints: [String: Endpoint], grace: Duration, logger: Logger,
        onReady: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        self.host = host
        self.port = port
        self.endpoints = endpoints
        self.grace = grace
        self.logger = logger
        self.onReady = onReady
    }

    /// Serves until the task is cancelled or a graceful shutdown is asked for: then no more requests are taken, and those at
    /// hand are answered, or cancelled when their time is over.
    public func run() async throws {
        let router = Router(), answers = AnswersAtHand()
        for (path, endpoint) in endpoints {
            router.on(RouterPath(path), method: .post) { request, _ in
                try await Self.answer(request, path: path) { request in
                    await answers.answer { await endpoint(request) }
                }
            }
        }
        router.get("/health") { _, _ in "ok\n" }
        let onReady = onReady
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
            onServerRunning: { channel in await onReady(channel.localAddress?.port ?? 0) },
            logger: logger)
        let grace = grace
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await gracefulShutdown()
                    try await Task.sleep(for: grace)
                    answers.cancel()
                } catch is CancellationError {
                    // The server has ended before.
                }
            }
            do {
                try await application.run()
            } catch {
                guard let failure = CommandFailure(error, listeningOn: host, port: port) else { throw error }
                throw failure
            }
            group.cancelAll()
        }
    }

    private static func answer(
        _ request: Request, path: String, with endpoint: Endpoint
    ) async throws -> Response {
        let buffer: ByteBuffer
        do {
            buffer = try await request.body.collect(upTo: PushLimits.bodyBytes)
        } catch is NIOTooManyBytesError {
            return Response(status: .contentTooLarge)
        }
        let headers = HTTPHeaders(request.headers.map { HTTPHeaders.Field($0.name.rawName, $0.value) })
        let answer = await endpoint(
            PushRequest(
                method: request.method.rawValue, path: path, headers: headers, body: Array(buffer.readableBytesView)))
        var fields = HTTPFields()
        for field in answer.headers.fields {
            if let name = HTTPField.Name(field.name) { fields.append(HTTPField(name: name, value: field.value)) }
        }
        return Response(
            status: .init(code: answer.status), headers: fields,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }
}
