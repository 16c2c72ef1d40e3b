/// Why a source could not be read at all.
public enum SourceError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The directory is not there or may not be read.
    case unreadableDirectory(path: String, reason: String)
    /// The directory holds no day files.
    case noDayFiles(path: String)

    /// What is wrong and what to do, in one line.
    public var description: String {
        switch self {
        case .unreadableDirectory(let path, let reason):
            "the corpus directory \(path) cannot be read (\(reason)); give the path of a directory of .json.gz files"
        case .noDayFiles(let path):
            "the corpus directory \(path) holds no .json.gz or .json files; give the directory that holds them"
        }
    }
}
