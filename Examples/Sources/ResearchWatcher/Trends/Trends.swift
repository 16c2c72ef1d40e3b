/// Finds what many users search for at the same time.
public enum Trends {
    /// How far back a search counts: 7 days, in microseconds.
    public static let window: Int64 = 7 * 24 * 60 * 60 * 1_000_000

    /// A query trends if more than this many different users asked it.
    public static let userThreshold = 3

    /// The queries that more than ``userThreshold`` different users asked within ``window`` before now.
    ///
    /// Queries are the same if their normal forms are; one without any letter or digit is ignored. Both ends count: a
    /// search of exactly seven days ago, and one of now. Later ones do not.
    ///
    /// - Parameters:
    ///   - uses: the searches in any order.
    ///   - now: the time to count back from, in microseconds since 1970 UTC.
    /// - Returns: the topics by users, then by searches, most first, then by the bytes of the query.
    /// - Complexity: O(n) in the number of searches, and memory for the queries and users within the window.
    public static func topics(in uses: some Sequence<QueryUse>, now: Int64) -> [TrendingTopic] {
        let (start, underflow) = now.subtractingReportingOverflow(window)
        let first = underflow ? Int64.min : start
        var users: [String: Set<String>] = [:]
        var searches: [String: Int] = [:]
        for use in uses where use.time >= first && use.time <= now {
            let query = TextFolding.fold(use.query)
            if query.isEmpty { continue }
            users[query, default: []].insert(use.user)
            searches[query, default: 0] += 1
        }
        var topics: [TrendingTopic] = []
        for (query, askers) in users where askers.count > userThreshold {
            topics.append(TrendingTopic(query: query, users: askers.count, searches: searches[query] ?? 0))
        }
        return topics.sorted { left, right in
            if left.users != right.users { return left.users > right.users }
            if left.searches != right.searches { return left.searches > right.searches }
            return ByteOrder.precedes(left.query, right.query)
        }
    }
}
