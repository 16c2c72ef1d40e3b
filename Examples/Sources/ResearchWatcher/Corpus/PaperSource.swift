/// A place that records of papers are read from.
public protocol PaperSource: Sendable {
    /// The name of the source, which is also its provenance flag.
    var name: String { get }

    /// Reads everything there is, in an order that is the same every time, and hands on one item after the other.
    ///
    /// Bad input does not end the reading: it is handed on as a problem, counted, and the next record is read. However
    /// much there is to read, a source holds one record at a time.
    ///
    /// - Parameter receive: is called with each paper and each problem; what it throws ends the reading.
    /// - Returns: how much was read.
    /// - Throws: ``SourceError`` if the source cannot be read at all, and what `receive` throws.
    func read(_ receive: (SourceItem) async throws -> Void) async throws -> SourceReport
}

extension PaperSource {
    /// Reads everything into memory.
    ///
    /// - Returns: the papers and problems in the order read, and how much was read.
    /// - Throws: ``SourceError`` if the source cannot be read at all.
    /// - Complexity: O(n) in time and memory.
    public func readAll() async throws -> (papers: [Paper], problems: [SourceProblem], report: SourceReport) {
        var papers: [Paper] = []
        var problems: [SourceProblem] = []
        let report = try await read { item in
            switch item {
            case .paper(let paper): papers.append(paper)
            case .problem(let problem): problems.append(problem)
            }
        }
        return (papers, problems, report)
    }
}
