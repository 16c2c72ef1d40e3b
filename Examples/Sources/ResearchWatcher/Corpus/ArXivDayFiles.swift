#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A directory of arXiv records, a file a day, one JSON record a line: `[id, {title, creator, subject, …}]`.
///
/// Files ending in `.json.gz` and `.json` are read in the order of their names by bytes; others are left alone.
public struct ArXivDayFiles: PaperSource {
    /// The flag of papers from here: `arxiv`.
    public let name = "arxiv"
    /// The path of the directory.
    public let directory: String

    // A paper must fit into an event and a document, which end at 900 KiB: what cannot is reported here, with its place.
    private static let longestRecord = 512 * 1024

    /// Makes a source; nothing is read yet.
    ///
    /// - Parameter directory: the path of the directory.
    public init(directory: String) {
        self.directory = directory
    }

    /// Reads all files.
    ///
    /// - Parameter receive: is called with each paper and each problem.
    /// - Returns: how much was read.
    /// - Throws: ``SourceError`` if the directory cannot be read or holds no day files, and what `receive` throws.
    public func read(_ receive: (SourceItem) async throws -> Void) async throws -> SourceReport {
        let decoder = RecordDecoder()
        var report = SourceReport()
        for file in try fileNames() {
            report.files += 1
            let path = directory + "/" + file
            let reader = GzipLineReader(
                path: path, mustBeCompressed: file.hasSuffix(".gz"), longestLine: Self.longestRecord)
            guard let reader else {
                report.problems += 1
                try await receive(.problem(Self.problem(.unreadable, file: file, after: 0)))
                continue
            }
            var isAtEnd = false
            while !isAtEnd {
                let item: SourceItem
                switch reader.next() {
                case .line(let line):
                    if RecordDecoder.isBlank(line) { continue }
                    report.records += 1
                    item = parse(line, of: file, number: reader.lineNumber, with: decoder)
                case .tooLong:
                    report.records += 1
                    let flaw = RecordFlaw(kind: .lineTooLong, message: "the line is longer than a record may be")
                    item = .problem(flaw.problem(file: file, line: reader.lineNumber))
                case .end(let fault):
                    isAtEnd = true
                    guard let fault else { continue }
                    item = .problem(Self.problem(fault, file: file, after: reader.lineNumber))
                }
                switch item {
                case .paper: report.papers += 1
                case .problem: report.problems += 1
                }
                try await receive(item)
            }
        }
        return report
    }

    private func parse(_ line: [UInt8], of file: String, number: Int, with decoder: RecordDecoder) -> SourceItem {
        let parsed = decoder.decode(ArXivRecord.self, from: line).flatMap { $0.paper(provenance: [name]) }
        switch parsed {
        case .success(let paper): return .paper(paper)
        case .failure(let flaw): return .problem(flaw.problem(file: file, line: number))
        }
    }

    private func fileNames() throws -> [String] {
        let all: [String]
        do {
            all = try FileManager.default.contentsOfDirectory(atPath: directory)
        } catch {
            throw SourceError.unreadableDirectory(path: directory, reason: "not a directory, or not readable")
        }
        let names = all.filter { ($0.hasSuffix(".json.gz") || $0.hasSuffix(".json")) && !$0.hasPrefix(".") }
        guard !names.isEmpty else { throw SourceError.noDayFiles(path: directory) }
        return names.sorted(by: ByteOrder.precedes)
    }

    private static func problem(_ fault: GzipLineReader.Fault, file: String, after line: Int) -> SourceProblem {
        let kind: SourceProblem.Kind
        let message: String
        switch fault {
        case .unreadable:
            kind = .unreadableFile
            message = "the file cannot be opened or read"
        case .notGzip:
            kind = .notGzip
            message = "the file is called .gz but is not compressed"
        case .truncated:
            kind = .truncated
            message = "the compressed file ends too early; whole lines before this one were read"
        case .corrupted:
            kind = .corrupted
            message = "the compressed data are damaged here; whole lines before this one were read"
        }
        let hasPlace = fault == .truncated || fault == .corrupted
        return SourceProblem(kind: kind, file: file, line: hasPlace ? line + 1 : nil, message: message)
    }
}
