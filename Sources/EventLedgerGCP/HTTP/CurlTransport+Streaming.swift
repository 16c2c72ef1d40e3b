extension CurlTransport {
    /// Sends a request and returns as soon as the answer begins, for answers that are too large to be held.
    ///
    /// At most about 300 KiB of the body are held: when nobody reads, the server is made to wait. So that nobody else waits with
    /// it, a streamed answer has a connection of its own, by HTTP/1.1, that is closed afterwards.
    ///
    /// - Parameter request: Its timeout and its limit hold for the whole body.
    /// - Returns: The status, the headers, and the body, that can be read once.
    /// - Throws: ``HTTPFailure`` or `CancellationError`, also while the body is read.
    public func stream(_ request: HTTPRequest) async throws -> HTTPStreamedResponse {
        try Task.checkCancellation()
        let ticket = loop.ticket()
        let buffer = HTTPBodyBuffer(
            // The body keeps the transport, or it would end with the caller's reference.
            resume: { [self] in loop.goOn(ticket) },
            abandon: { [loop] in loop.drop(ticket) }
        )
        let exchange = try loop.pool.exchange(for: request, .streamed(buffer))
        let answer = try await buffer.head.wait {
            loop.start(exchange, ticket)
        } onCancel: { [loop] in
            loop.drop(ticket)
        }
        return HTTPStreamedResponse(
            status: answer.status, headers: HTTPHeaders(received: answer.head), body: HTTPBody(buffer)
        )
    }
}
