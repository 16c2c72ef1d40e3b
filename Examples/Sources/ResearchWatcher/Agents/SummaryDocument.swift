public import EventLedger

/// A summary of a paper, as the collection `summaries` shows it.
public struct SummaryDocument: DocumentModel, Hashable {
    public static let collection: CollectionName = "summaries"
    /// The id of the paper.
    public let id: String
    /// The title of the paper.
    public let title: String
    /// The sentences of the summary.
    public let sentences: [String]
    /// The summarizer that made it.
    public let summarizer: String
    /// The agent that asked for it.
    public let agent: String
    /// The score that the paper had.
    public let score: Double
    /// Where the paper's record came from.
    public let provenance: [String]
    /// When it was written.
    public let createdAt: Timestamp

    /// Makes a document.
    public init(_ summary: Summary, of document: PaperDocument, by agent: String, at time: Timestamp) {
        id = document.id
        title = document.paper.title
        sentences = summary.sentences
        summarizer = summary.summarizer
        self.agent = agent
        score = document.score
        provenance = document.paper.provenance
        createdAt = time
    }
}
