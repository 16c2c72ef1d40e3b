import Foundation

/// The month of arXiv records, which is kept beside the repository and not in it.
enum RealMonth {
    static var directory: String {
        let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
        return here + "/../../../../shared/data/arxiv"
    }

    static var isThere: Bool {
        FileManager.default.fileExists(atPath: directory + "/2016-01-01.json.gz")
    }
}
