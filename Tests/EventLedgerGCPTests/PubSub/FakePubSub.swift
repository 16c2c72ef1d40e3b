import EventLedger
import EventLedgerGCP
import Synchronization

/// A transport that keeps the requests and answers as a closure says.
final class FakePubSub: HTTPTransport {
    private let sent = Mutex<[HTTPRequest]>([])
    private let signal = CommitSignal()
    private let answer: @Sendable (HTTPRequest) async throws -> HTTPResponse

    init(_ answer: @escaping @Sendable (HTTPRequest) async throws -> HTTPResponse) { self.answer = answer }

    /// The requests so far.
    var requests: [HTTPRequest] { sent.withLock { $0 } }

    /// The bodies of the requests so far, as JSON.
    var bodies: [JSONObject] { requests.compactMap { (try? JSONText($0.body).value())?.objectValue } }

    /// The deliveries that requests to a method named so far, such as `:acknowledge`.
    func identifiers(_ method: String) -> [String] {
        requests.filter { $0.url.hasSuffix(method) }.flatMap { request in
            (try? JSONText(request.body).value())?.objectValue?["ackIds"]?.arrayValue?.compactMap(\.stringValue) ?? []
        }
    }

    var cloud: GoogleCloud {
        GoogleCloud(
            project: "p", transport: self, tokens: NoAccessTokens(), emulators: [.pubsub: "http://pubsub.test"]
        )
    }

    /// Returns when the requests are as wanted.
    func wait(until condition: () -> Bool) async throws {
        while true {
            let ticket = signal.ticket
            if condition() { return }
            try await signal.wait(since: ticket)
        }
    }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        sent.withLock { $0.append(request) }
        signal.signal()
        return try await answer(request)
    }

    /// An answer in JSON.
    static func json(_ status: Int, _ fields: JSONObject) -> HTTPResponse {
        HTTPResponse(status: status, headers: ["content-type": "application/json"], body: fields.canonicalBytes)
    }

    /// Google's form of a refusal.
    static func refusal(_ status: Int, _ reason: String) -> HTTPResponse {
        json(
            status,
            ["error": ["code": .integer(Int64(status)), "message": "no", "status": .string(reason)]]
        )
    }

    /// Confirms whatever is published.
    static func confirming() -> FakePubSub {
        FakePubSub { request in
            let count = (try JSONText(request.body).value()).objectValue?["messages"]?.arrayValue?.count ?? 0
            return json(["messageIds": .array((0..<count).map { .string("\($0)") })])
        }
    }
}

extension FakePubSub {
    static func json(_ fields: JSONObject) -> HTTPResponse { json(200, fields) }
}
