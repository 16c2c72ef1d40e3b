/// Why there is no response.
public struct HTTPFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of failure it is.
    public enum Kind: String, Hashable, Sendable {
        /// The URL or a header cannot be sent.
        case invalidRequest
        /// The host's name is unknown.
        case unknownHost
        /// No connection could be made, or the TLS handshake broke off.
        case notConnected
        /// The server's certificate was not accepted.
        case insecure
        /// The connection ended before the response did.
        case connectionLost
        /// The time was over.
        case timedOut
        /// The response was longer than the request allowed.
        case responseTooLarge
        /// What was received is no HTTP, or not encoded as it says.
        case invalidResponse
        /// The transport was shut down.
        case shutDown
    }

    /// What kind of failure it is.
    public let kind: Kind
    /// What happened, for a person: the host, never a query, a header or a body.
    public let message: String
    /// Whether the server may have received the request, so that it may have done what was asked.
    public let mayHaveArrived: Bool

    /// Makes a failure.
    public init(_ kind: Kind, _ message: String, mayHaveArrived: Bool) {
        self.kind = kind
        self.message = message
        self.mayHaveArrived = mayHaveArrived
    }

    public var description: String { message }
}
