/// Splits input into lines, in constant memory.
struct LineReader {
    /// A line without its end.
    struct Line {
        /// Counted from 1, empty lines included.
        let number: Int
        let bytes: [UInt8]
    }

    /// More than any event takes.
    static let limit = 16 * 1024 * 1024

    private let source: any ByteSource
    private var buffer: [UInt8] = []
    private var start = 0
    private var searched = 0
    private var isAtEnd = false
    private var number = 0

    init(_ source: any ByteSource) { self.source = source }

    /// The next line that holds more than white space; `nil` at the end.
    ///
    /// - Throws: ``CommandFailure`` for a line over the limit, or the source's errors.
    mutating func next() async throws -> Line? {
        while let bytes = try await nextLine() {
            number += 1
            if bytes.contains(where: { ![0x20, 0x09, 0x0D].contains($0) }) {
                return Line(number: number, bytes: bytes)
            }
        }
        return nil
    }

    private mutating func nextLine() async throws -> [UInt8]? {
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(buffer[start..<end])
                start = end + 1
                searched = start
                return line
            }
            guard !isAtEnd else {
                guard start < buffer.count else { return nil }
                let line = Array(buffer[start...])
                buffer = []
                start = 0
                searched = 0
                return line
            }
            buffer.removeFirst(start)
            start = 0
            searched = buffer.count
            guard buffer.count <= Self.limit else {
                throw CommandFailure(
                    .usage,
                    "Line \(number + 1) is longer than \(Self.limit / 1024 / 1024) MiB. Is it one JSON object a line?"
                )
            }
            if let bytes = try await source.next() { buffer += bytes } else { isAtEnd = true }
        }
    }
}
