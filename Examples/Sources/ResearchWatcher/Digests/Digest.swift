/// The best papers for one user.
public struct Digest: Codable, Sendable, Hashable, Identifiable {
    /// The most entries a digest has, unless stated otherwise.
    public static let usualLimit = 20

    /// The id of the user.
    public let user: String
    /// The year that scores are counted from.
    public let year: Int
    /// How many papers matched, also those that found no place.
    public let matched: Int
    /// The best papers: by score, highest first, then by paper id in the order of bytes.
    public let entries: [DigestEntry]

    /// The id of the user: there is one digest for each.
    public var id: String { user }

    /// Makes a digest of entries that are in order already.
    ///
    /// - Parameters:
    ///   - user: the id of the user.
    ///   - year: the year that scores are counted from.
    ///   - matched: how many papers matched.
    ///   - entries: the best of them.
    public init(user: String, year: Int, matched: Int, entries: [DigestEntry]) {
        self.user = user
        self.year = year
        self.matched = matched
        self.entries = entries
    }

    /// Chooses the best papers for a user. The same papers give the same digest, in whatever order they come.
    ///
    /// - Parameters:
    ///   - user: the user.
    ///   - index: the prepared papers, each paper once.
    ///   - year: the year that scores are counted from.
    ///   - limit: the most entries wanted.
    /// - Complexity: O(n × s + m log m) for n papers, s seeds and m matches.
    public init(
        for user: UserProfile, from index: [PaperIndexEntry], inYear year: Int, limit: Int = Digest.usualLimit
    ) {
        self.init(for: user, matching: Self.matches(of: user.seeds, in: index), inYear: year, limit: limit)
    }

    /// Chooses the best of papers that are known to match.
    ///
    /// - Parameters:
    ///   - user: the user.
    ///   - matches: the matching papers, each paper once, with the reasons.
    ///   - year: the year that scores are counted from.
    ///   - limit: the most entries wanted.
    public init(
        for user: UserProfile, matching matches: [(paper: Paper, reasons: [MatchReason])], inYear year: Int,
        limit: Int = Digest.usualLimit
    ) {
        let entries = matches.map { match in
            DigestEntry(
                paperID: match.paper.id, title: match.paper.title, score: match.paper.score(inYear: year),
                reasons: match.reasons)
        }
        let ordered = entries.sorted { left, right in
            if left.score != right.score { return left.score > right.score }
            return ByteOrder.precedes(left.paperID, right.paperID)
        }
        self.init(user: user.id, year: year, matched: matches.count, entries: Array(ordered.prefix(max(0, limit))))
    }

    /// The papers that match the seeds, in the order of the index.
    ///
    /// - Parameters:
    ///   - seeds: what to look for.
    ///   - index: the prepared papers.
    /// - Returns: the matching papers with the reasons.
    public static func matches(
        of seeds: Seeds, in index: [PaperIndexEntry]
    ) -> [(paper: Paper, reasons: [MatchReason])] {
        let matcher = SeedMatcher(seeds)
        var matches: [(paper: Paper, reasons: [MatchReason])] = []
        for entry in index {
            let reasons = matcher.reasons(for: entry)
            if !reasons.isEmpty { matches.append((paper: entry.paper, reasons: reasons)) }
        }
        return matches
    }
}
