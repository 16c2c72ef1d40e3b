/// What a server answers, while it does.
public struct HTTPStreamedResponse: Sendable {
    /// The status, such as 200.
    public let status: Int
    /// The headers.
    public let headers: HTTPHeaders
    /// The body, decompressed, in pieces as they come.
    public let body: HTTPBody
}

/// The body of a response, in pieces as they come. It can be read once; the transfer ends when nobody holds the body any more.
public struct HTTPBody: AsyncSequence, Sendable {
    private let reading: Reading

    init(_ buffer: HTTPBodyBuffer) { reading = Reading(buffer: buffer) }

    public func makeAsyncIterator() -> Iterator { Iterator(reading: reading) }

    /// Reads the pieces.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let reading: Reading

        /// The next piece, never empty, or `nil` at the end.
        ///
        /// - Throws: ``HTTPFailure`` where the body does not come to its end, or `CancellationError`.
        public mutating func next() async throws -> [UInt8]? { try await reading.buffer.next() }
    }

    /// Tells the transfer that nobody reads any more.
    fileprivate final class Reading: Sendable {
        let buffer: HTTPBodyBuffer

        init(buffer: HTTPBodyBuffer) { self.buffer = buffer }

        deinit { buffer.abandon() }
    }
}
