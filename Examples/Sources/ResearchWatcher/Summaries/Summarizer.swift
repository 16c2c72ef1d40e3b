/// Makes a short text about a paper. It may ask a model elsewhere, so it is asynchronous and may fail.
public protocol Summarizer: Sendable {
    /// The name and version of the summarizer, for provenance: another name promises nothing about equal results.
    var name: String { get }

    /// Summarizes a paper in three sentences, or fewer where there is less to say.
    ///
    /// - Parameter paper: the paper.
    /// - Returns: the summary; nil if the paper has no abstract to summarize.
    /// - Throws: whatever keeps the summarizer from its work; the caller may try again.
    func summarize(_ paper: Paper) async throws -> Summary?
}
