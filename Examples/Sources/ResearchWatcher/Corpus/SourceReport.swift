/// How much was read from a source.
public struct SourceReport: Codable, Sendable, Hashable {
    /// The files that were opened or should have been.
    public var files: Int
    /// The lines that hold something, good or bad.
    public var records: Int
    /// The records that were understood.
    public var papers: Int
    /// The problems, with lines and with files.
    public var problems: Int

    /// Makes a report.
    ///
    /// - Parameters:
    ///   - files: the files that were opened or should have been.
    ///   - records: the lines that hold something.
    ///   - papers: the records that were understood.
    ///   - problems: the problems found.
    public init(files: Int = 0, records: Int = 0, papers: Int = 0, problems: Int = 0) {
        self.files = files
        self.records = records
        self.papers = papers
        self.problems = problems
    }
}
