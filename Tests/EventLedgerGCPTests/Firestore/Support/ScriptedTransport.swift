import EventLedger
import EventLedgerGCP
import Synchronization

/// Answers requests as a test says, or passes them on, and remembers them.
final class ScriptedTransport: HTTPTransport {
    typealias Answer = @Sendable (HTTPRequest, _ number: Int) async throws -> HTTPResponse

    private let answer: Answer
    private let sent = Mutex<[HTTPRequest]>([])

    /// - Parameter answer: Is given the request and how many came before it.
    init(_ answer: @escaping Answer) { self.answer = answer }

    /// Answers all requests alike.
    convenience init(status: Int, body: String) {
        self.init { _, _ in HTTPResponse(status: status, body: Array(body.utf8)) }
    }

    var requests: [HTTPRequest] { sent.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let number = sent.withLock { requests in
            requests.append(request)
            return requests.count - 1
        }
        return try await answer(request, number)
    }

    /// A cloud that is reached by this transport alone.
    var cloud: GoogleCloud {
        GoogleCloud(
            project: "p", transport: self, tokens: NoAccessTokens(), emulators: [.firestore: "http://firestore.invalid"])
    }
}
