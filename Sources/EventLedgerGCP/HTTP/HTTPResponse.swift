/// What a server answered.
public struct HTTPResponse: Sendable {
    /// The status, such as 200.
    public let status: Int
    /// The headers.
    public let headers: HTTPHeaders
    /// The body, decompressed.
    public let body: [UInt8]

    /// Makes a response.
    public init(status: Int, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// Whether the status is one of 200 to 299.
    public var isSuccess: Bool { (200..<300).contains(status) }
}
