/// What a push endpoint answers. A status of 200 to 299 ends the delivery; for any other the service delivers again.
public struct PushResponse: Hashable, Sendable {
    /// The status, such as 200.
    public var status: Int
    /// The headers.
    public var headers: HTTPHeaders
    /// The body: a line of text for people who read logs, never a payload or a secret.
    public var body: [UInt8]

    /// Makes a response.
    public init(status: Int, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A response with a line of text.
    package init(_ status: Int, _ line: String) {
        self.init(
            status: status, headers: ["content-type": "text/plain; charset=utf-8"], body: Array((line + "\n").utf8)
        )
    }

    /// Whether the delivery ends with it.
    public var isSuccess: Bool { (200..<300).contains(status) }
}
