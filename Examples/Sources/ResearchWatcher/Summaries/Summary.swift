/// A short text about a paper.
public struct Summary: Codable, Sendable, Hashable {
    /// Its sentences in order.
    public let sentences: [String]
    /// The name of the summarizer that made it, for provenance.
    public let summarizer: String

    /// The sentences as one text.
    public var text: String { sentences.joined(separator: " ") }

    /// Makes a summary.
    ///
    /// - Parameters:
    ///   - sentences: its sentences in order.
    ///   - summarizer: the name of the summarizer that made it.
    public init(sentences: [String], summarizer: String) {
        self.sentences = sentences
        self.summarizer = summarizer
    }
}
