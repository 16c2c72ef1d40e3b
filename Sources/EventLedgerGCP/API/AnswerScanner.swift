/// Reads the answers that hold much, in one pass over the bytes: building a tree of all that stands in them first would cost
/// several times as much time and memory, and reading a ledger is mostly this.
///
/// It takes any white space and any order of members, and passes over members that it does not know.
struct AnswerScanner {
    /// The answer, or a value in it, is not what the service documents.
    struct Unreadable: Error, Hashable, Sendable {}

    let input: UnsafeBufferPointer<UInt8>
    var index = 0

    private init(input: UnsafeBufferPointer<UInt8>) { self.input = input }

    /// Reads an answer.
    ///
    /// - Parameter body: Reads its one value.
    /// - Throws: ``Unreadable``, or what the body throws.
    static func read(_ bytes: [UInt8], _ body: (inout AnswerScanner) throws -> Void) throws {
        try bytes.withUnsafeBufferPointer { buffer in
            var scanner = AnswerScanner(input: buffer)
            try body(&scanner)
            guard scanner.next() == nil else { throw Unreadable() }
        }
    }
}
