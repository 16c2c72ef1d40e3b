/// One line of a digest.
public struct DigestEntry: Codable, Sendable, Hashable {
    /// The id of the paper.
    public let paperID: String
    /// Its title.
    public let title: String
    /// Its score, 0 to 100.
    public let score: Double
    /// Why it was chosen.
    public let reasons: [MatchReason]

    /// Makes an entry.
    ///
    /// - Parameters:
    ///   - paperID: the id of the paper.
    ///   - title: its title.
    ///   - score: its score.
    ///   - reasons: why it was chosen.
    public init(paperID: String, title: String, score: Double, reasons: [MatchReason]) {
        self.paperID = paperID
        self.title = title
        self.score = score
        self.reasons = reasons
    }
}
