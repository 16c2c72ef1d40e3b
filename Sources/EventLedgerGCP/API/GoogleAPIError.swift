/// What a service of Google's answered instead of doing what it was asked.
public struct GoogleAPIError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The service.
    public let service: GoogleServiceName
    /// The HTTP status, such as 409.
    public let status: Int
    /// Google's name of the status, such as `ALREADY_EXISTS`; for BigQuery the reason, such as `notFound`.
    public let reason: String
    /// Google's message, cut to 500 characters. It may name resources; it is not put into our own messages where it could
    /// repeat data.
    public let message: String

    /// Makes an error.
    public init(service: GoogleServiceName, status: Int, reason: String, message: String) {
        self.service = service
        self.status = status
        self.reason = reason
        self.message = message
    }

    public var description: String { "\(service.rawValue): \(status) \(reason)" }
}
