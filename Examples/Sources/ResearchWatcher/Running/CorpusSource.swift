/// Where a run reads its papers, in a form that travels with tasks.
public struct CorpusSource: Codable, Sendable, Hashable {
    /// The path of a directory of arXiv day files, absolute because workers may run elsewhere; nil for the sample.
    public let directory: String?

    /// Makes a source.
    ///
    /// - Parameter directory: the absolute path of a directory of arXiv day files; nil for the bundled sample.
    public init(directory: String?) {
        self.directory = directory
    }

    /// The bundled sample.
    public static let sample = CorpusSource(directory: nil)

    /// The source that reads it.
    public var papers: any PaperSource {
        if let directory { return ArXivDayFiles(directory: directory) }
        return BundledSample()
    }

    /// The name of the source.
    public var name: String { papers.name }
}
