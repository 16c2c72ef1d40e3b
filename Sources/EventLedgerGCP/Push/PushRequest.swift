/// A request that a service of Google's makes to deliver something: a task, or a message of a subscription.
///
/// A push endpoint is a plain function from this to a ``PushResponse``, so that any web framework, or none, can carry it.
public struct PushRequest: Hashable, Sendable {
    /// The method as it was sent, such as `POST`.
    public var method: String
    /// The path as it was sent, without the query.
    public var path: String
    /// The headers.
    public var headers: HTTPHeaders
    /// The body as it was sent. Whoever reads it from a socket should stop at ``PushLimits/bodyBytes`` and answer 413.
    public var body: [UInt8]

    /// Makes a request.
    ///
    /// - Parameters:
    ///   - method: The method as it was sent.
    ///   - path: The path as it was sent, without the query.
    ///   - headers: The headers.
    ///   - body: The body as it was sent.
    public init(method: String = "POST", path: String = "/", headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.method = method
        self.path = path
        self.headers = headers
        self.body = body
    }
}

/// What push endpoints take.
public enum PushLimits {
    /// Bytes of a request's body: 16 MiB. A message of Pub/Sub holds at the most 10 MB, which base64 makes longer by a third;
    /// a task of Cloud Tasks at the most 1 MiB.
    public static let bodyBytes = 16 << 20
}
