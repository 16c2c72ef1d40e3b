/// What is asked of a server.
public struct HTTPRequest: Sendable {
    /// What is to be done with the resource.
    public enum Method: String, Sendable, CaseIterable {
        case get = "GET"
        case put = "PUT"
        case post = "POST"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    /// Whether doing it twice is the same as doing it once.
    public enum Repeatability: Sendable {
        /// It only reads, or the request says by itself that a second time changes nothing (a precondition, an id).
        case idempotent
        /// A second time may do it again.
        case once
    }

    /// What is to be done.
    public var method: Method
    /// Where: absolute, `http` or `https`, percent-encoded.
    public var url: String
    /// The headers.
    public var headers: HTTPHeaders
    /// The body; empty for none.
    public var body: [UInt8]
    /// How long the whole exchange may take, connecting included.
    public var timeout: Duration
    /// Whether it may be sent again where it is not known whether it arrived.
    public var repeatability: Repeatability
    /// At most so many bytes of body are accepted in the response, decompressed.
    public var maximumResponseBytes: Int
    /// Whether it goes by no proxy, whatever the transport's settings say; `false` unless set. For servers that only this
    /// machine reaches, or that answer each machine differently.
    public var isDirect = false

    /// Makes a request.
    ///
    /// - Parameters:
    ///   - timeout: For the whole exchange; 60 seconds unless given.
    ///   - repeatability: Unless given, `idempotent` for GET, PUT and DELETE and `once` for POST and PATCH.
    ///   - maximumResponseBytes: 64 MiB unless given.
    public init(
        _ method: Method, _ url: String, headers: HTTPHeaders = [:], body: [UInt8] = [],
        timeout: Duration = .seconds(60),
        repeatability: Repeatability? = nil, maximumResponseBytes: Int = 64 << 20
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.maximumResponseBytes = maximumResponseBytes
        switch method {
        case .get, .put, .delete: self.repeatability = repeatability ?? .idempotent
        case .post, .patch: self.repeatability = repeatability ?? .once
        }
    }
}
