/// Sends requests and returns what servers answer. ``CurlTransport`` is the one that comes along; bring another where your
/// application has one already.
///
/// What a transport owes its users:
///
/// 1. Any status is a response, not an error; redirects are not followed.
/// 2. When the calling task is cancelled, `CancellationError` is thrown, promptly.
/// 3. Any other failure is an ``HTTPFailure``, which says whether the request may have reached the server.
/// 4. No call holds a thread of Swift's pool while it waits.
/// 5. A response longer than ``HTTPRequest/maximumResponseBytes`` is a failure, and no more than that is ever held.
public protocol HTTPTransport: Sendable {
    /// Sends a request and collects the answer.
    ///
    /// - Throws: ``HTTPFailure`` or `CancellationError`.
    func send(_ request: HTTPRequest) async throws -> HTTPResponse
}
