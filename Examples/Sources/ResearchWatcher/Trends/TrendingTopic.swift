/// A query that many users share.
public struct TrendingTopic: Codable, Sendable, Hashable {
    /// The query in its normal form: lowercase words without diacritics and punctuation, single spaces.
    public let query: String
    /// How many different users asked.
    public let users: Int
    /// How often it was asked.
    public let searches: Int

    /// Makes a topic.
    ///
    /// - Parameters:
    ///   - query: the query in its normal form.
    ///   - users: how many different users asked.
    ///   - searches: how often it was asked.
    public init(query: String, users: Int, searches: Int) {
        self.query = query
        self.users = users
        self.searches = searches
    }
}
