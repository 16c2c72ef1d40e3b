import EventLedgerGCP
import Synchronization

/// A transport that sends nothing: it keeps the requests and answers as a script says.
final class ScriptedTransport: HTTPTransport {
    private let sent = Mutex<[HTTPRequest]>([])
    private let answer: @Sendable (HTTPRequest) async throws -> HTTPResponse

    /// Makes a transport.
    ///
    /// - Parameter answer: What is answered; it may throw an `HTTPFailure`.
    init(_ answer: @escaping @Sendable (HTTPRequest) async throws -> HTTPResponse) { self.answer = answer }

    /// A transport that always gives the same answer.
    static func answering(_ response: HTTPResponse) -> ScriptedTransport { ScriptedTransport { _ in response } }

    /// The requests so far, in order.
    var requests: [HTTPRequest] { sent.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        sent.withLock { $0.append(request) }
        return try await answer(request)
    }
}

/// A failure in which the server was not reached.
let notConnected = HTTPFailure(.notConnected, "The server could not be reached.", mayHaveArrived: false)
