/// Something in the input that could not be read, and where it is.
public struct SourceProblem: Codable, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of problems.
    public enum Kind: String, Codable, Sendable, Hashable, CaseIterable {
        /// The file cannot be opened or read.
        case unreadableFile = "unreadable-file"
        /// The file is called `.gz` and is not compressed.
        case notGzip = "not-gzip"
        /// The file ends in the middle of its compressed data.
        case truncated
        /// The compressed data are damaged.
        case corrupted
        /// The line is not UTF-8.
        case invalidUTF8 = "invalid-utf8"
        /// The line is longer than any record may be.
        case lineTooLong = "line-too-long"
        /// The line is not JSON.
        case notJSON = "not-json"
        /// The line is JSON of another shape than a record.
        case unexpectedShape = "unexpected-shape"
        /// The record has no id.
        case missingID = "missing-id"
    }

    /// What kind of problem it is.
    public let kind: Kind
    /// The name of the file.
    public let file: String
    /// The number of the line, from 1; nil if the file as a whole is meant.
    public let line: Int?
    /// What is wrong, for a person.
    public let message: String

    /// Makes a problem.
    ///
    /// - Parameters:
    ///   - kind: what kind of problem it is.
    ///   - file: the name of the file.
    ///   - line: the number of the line, from 1.
    ///   - message: what is wrong, for a person.
    public init(kind: Kind, file: String, line: Int?, message: String) {
        self.kind = kind
        self.file = file
        self.line = line
        self.message = message
    }

    /// File, line and message, as compilers write it: `2016-01-03.json.gz:17: the line is not JSON`.
    public var description: String {
        guard let line else { return "\(file): \(message)" }
        return "\(file):\(line): \(message)"
    }
}
