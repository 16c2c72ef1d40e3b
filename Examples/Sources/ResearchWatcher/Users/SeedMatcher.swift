/// The seeds of one user, prepared to be asked about many papers.
///
/// - A keyword matches if its words stand next to each other, as whole words, in the title or in the abstract. Case,
///   diacritics and punctuation do not matter: `state of the art` finds `State-of-the-Art`, `graph` does not find `graphs`.
/// - An author matches if the family name is equal and the given names do not contradict: `T. Tao` and `Tao` find
///   `Tao, Terence`; `Terry Tao` does not.
/// - A category matches the subject of that code or name and, if it names an archive, all subjects below it: `math` finds
///   `Mathematics - Probability`.
public struct SeedMatcher: Sendable {
    private let keywords: [(reason: MatchReason, phrase: [UInt64])]
    private let authors: [(reason: MatchReason, name: AuthorName)]
    private let categories: [(reason: MatchReason, subject: String)]

    /// Prepares seeds. A seed without a letter or digit matches nothing.
    ///
    /// - Parameter seeds: what the user wants to hear about.
    public init(_ seeds: Seeds) {
        keywords = seeds.keywords.map { seed in
            (reason: MatchReason(kind: .keyword, seed: seed), phrase: TextFolding.words(seed).map(StableHash.of))
        }
        authors = seeds.authors.map { seed in
            (reason: MatchReason(kind: .author, seed: seed), name: AuthorName(seed))
        }
        categories = seeds.categories.map { seed in
            (reason: MatchReason(kind: .category, seed: seed), subject: SubjectNames.folded(seed))
        }
    }

    /// Why a paper matches.
    ///
    /// - Parameter entry: the prepared paper.
    /// - Returns: the seeds that match: keywords, authors, categories, each by bytes. Empty means no match.
    /// - Complexity: O(s) set look-ups in the number of seeds; the text is walked only for phrases whose words all occur.
    public func reasons(for entry: PaperIndexEntry) -> [MatchReason] {
        var reasons: [MatchReason] = []
        for (reason, phrase) in keywords where entry.contains(phrase: phrase) { reasons.append(reason) }
        for (reason, name) in authors where entry.isBy(name) { reasons.append(reason) }
        for (reason, subject) in categories where entry.isAbout(subject) { reasons.append(reason) }
        return reasons
    }
}
