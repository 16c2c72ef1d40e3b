/// One search by one user.
public struct QueryUse: Codable, Sendable, Hashable {
    /// What was searched for, as the user wrote it.
    public let query: String
    /// The id of the user.
    public let user: String
    /// When, in microseconds since 1970 UTC.
    public let time: Int64

    /// Makes a use.
    ///
    /// - Parameters:
    ///   - query: what was searched for.
    ///   - user: the id of the user.
    ///   - time: when, in microseconds since 1970 UTC.
    public init(query: String, user: String, time: Int64) {
        self.query = query
        self.user = user
        self.time = time
    }
}
