/// Sends requests by libcurl: kept connections, HTTP/2 by TLS (see ``Settings/Version``), compressed answers, certificates
/// always checked.
///
/// One thread of its own waits for all answers of a transport; make one and share it. It ends with ``shutdown()`` or with the last
/// reference. A request that is alone is sent by whoever has it, without waking the thread; no other thread is ever blocked.
///
/// libcurl by itself sends a request again when a kept connection turns out to be closed before a byte of the answer came, a
/// POST too. It is stopped from that for requests that are to be sent ``HTTPRequest/Repeatability/once``: they fail with
/// ``HTTPFailure/Kind/connectionLost``, and may have arrived.
public final class CurlTransport: HTTPTransport {
    let loop: CurlLoop

    /// Makes a transport. Nothing is connected before the first request.
    ///
    /// - Parameter settings: How connections are made and kept.
    public init(_ settings: Settings = Settings()) { loop = CurlLoop(settings) }

    deinit { loop.end() }

    /// Sends a request and collects the answer.
    ///
    /// - Throws: ``HTTPFailure`` or `CancellationError`. A URL or a header that cannot be sent as it is meant (control characters,
    ///   a user's name in the address, a length of one's own) is refused before anything is connected.
    public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        try Task.checkCancellation()
        let reply = PendingReply<CurlExchange.Answer>()
        let exchange = try loop.pool.exchange(for: request, .whole(reply))
        let ticket = loop.ticket()
        let answer = try await reply.wait {
            loop.start(exchange, ticket)
        } onCancel: { [loop] in
            loop.drop(ticket)
        }
        return HTTPResponse(status: answer.status, headers: HTTPHeaders(received: answer.head), body: answer.body)
    }

    /// Ends all connections. What is under way fails with ``HTTPFailure/Kind/shutDown``, as does what is sent later.
    public func shutdown() { loop.end() }
}
