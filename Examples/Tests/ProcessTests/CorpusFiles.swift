import Foundation

/// Makes arXiv day files, good and bad ones.
enum CorpusFiles {
    /// The line of a record that is whole, without its end.
    static func record(_ id: String) -> String {
        // No two titles are alike, since that would make two records one paper.
        #"["\#(id)",{"title":["Neural networks \#(id)"],"creator":["Doe, J."],"subject":[],"description":["Text."]}]"#
    }

    /// The bytes of a gzip file that was cut off within its last line. The data are stored, not compressed.
    static func truncatedGzip(of text: String) -> Data {
        let content = Array(text.utf8)
        let length = UInt16(content.count)
        let header: [UInt8] = [0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 0xff]
        let lengths = [length, ~length].flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
        return Data(header + [1] + lengths + content.dropLast(10))
    }
}
