import EventLedger

/// A corpus that was read: every paper once, ready to be matched with any number of users.
public struct PreparedCorpus: Sendable {
    /// The papers, by id in the order of bytes.
    public let index: [PaperIndexEntry]
    /// What could not be read, and where it is.
    public let problems: [SourceProblem]
    /// How much was read.
    public let report: SourceReport

    // How large each paper is when it is written down, so that events can be filled without encoding everything twice.
    private let sizes: [String: Int]

    /// Reads a source, merges the records of the same paper and prepares the papers.
    ///
    /// It waits for the disk: ``CorpusCache`` does it where waiting disturbs nobody.
    ///
    /// - Throws: ``SourceError`` if the source cannot be read at all.
    public init(reading source: CorpusSource) async throws {
        let all = try await source.papers.readAll()
        try self.init(records: all.papers, problems: all.problems, report: all.report)
    }

    /// Merges and prepares records that were read.
    ///
    /// - Throws: `LedgerError` if a paper cannot be written down.
    public init(records: [Paper], problems: [SourceProblem] = [], report: SourceReport = SourceReport()) throws {
        let papers = Deduplication.merge(records)
        index = papers.map { PaperIndexEntry($0) }
        self.problems = problems
        self.report = report
        var sizes: [String: Int] = [:]
        for paper in papers { sizes[paper.id] = try JSONText(encoding: paper).bytes.count }
        self.sizes = sizes
    }

    /// The bytes of a paper of this corpus as JSON.
    func encodedSize(of paper: Paper) -> Int { sizes[paper.id] ?? 0 }
}
