public import EventLedger

/// A paper with its score, as the collection `papers` shows it: the paper's own fields, `score` and `scoredIn`.
public struct PaperDocument: DocumentModel, Hashable {
    public static let collection: CollectionName = "papers"
    /// The paper, merged of all records that were found.
    public let paper: Paper
    /// The latest year that any run counted scores from.
    public let scoredIn: Int
    /// The score of the merged paper in that year, 0 to 100.
    public let score: Double

    /// Makes a document, scored.
    ///
    /// - Parameters:
    ///   - paper: the paper.
    ///   - year: the year that its score is counted from.
    public init(paper: Paper, scoredIn year: Int) {
        self.paper = paper
        scoredIn = year
        score = paper.score(inYear: year)
    }

    /// The id of the paper.
    public var id: String { paper.id }

    /// One document out of two of the same paper, whichever was first.
    public func merged(with other: PaperDocument) -> PaperDocument {
        PaperDocument(paper: paper.merged(with: other.paper), scoredIn: max(scoredIn, other.scoredIn))
    }
}

extension PaperDocument {
    private enum CodingKeys: String, CodingKey { case score, scoredIn }

    /// Reads a document.
    public init(from decoder: any Decoder) throws {
        paper = try Paper(from: decoder)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        scoredIn = try container.decode(Int.self, forKey: .scoredIn)
        score = try container.decode(Double.self, forKey: .score)
    }

    /// Writes the document: the paper's fields and its own stand side by side.
    public func encode(to encoder: any Encoder) throws {
        try paper.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(scoredIn, forKey: .scoredIn)
        try container.encode(score, forKey: .score)
    }
}
