/// About 40 records of well-known papers that come with the executable, so that it runs without any download.
///
/// Titles, authors, places and identifiers are facts; the abstracts were written for this project; citations are rough.
/// Some papers occur twice, as a preprint and as a journal's record, so that removing duplicates shows.
public struct BundledSample: PaperSource {
    /// The flag of papers from here: `sample`. Each also has `sample-preprint`, `sample-journal` or both.
    public let name = "sample"

    /// Makes the source.
    public init() {}

    /// Reads all records.
    ///
    /// - Parameter receive: is called with each paper and each problem.
    /// - Returns: how much was read.
    /// - Throws: what `receive` throws.
    public func read(_ receive: (SourceItem) async throws -> Void) async throws -> SourceReport {
        let decoder = RecordDecoder()
        var report = SourceReport(files: 1)
        var number = 0
        for slice in PackageResources.sample_json.split(separator: 10, omittingEmptySubsequences: false) {
            number += 1
            let line = Array(slice)
            if RecordDecoder.isBlank(line) { continue }
            report.records += 1
            switch decoder.decode(SampleRecord.self, from: line) {
            case .success(let record):
                report.papers += 1
                try await receive(.paper(record.paper(source: name)))
            case .failure(let flaw):
                report.problems += 1
                try await receive(.problem(flaw.problem(file: "sample.json", line: number)))
            }
        }
        return report
    }
}
