import CZlib

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Reads a file line by line, compressed or not, in constant memory.
///
/// zlib hides three faults from whoever only reads: a file that ends too early looks like any end of file until the
/// error code or the result of closing is asked; damage may show only when good bytes have been delivered; and a file
/// that is not compressed at all is passed on as it is. All three are looked for here.
final class GzipLineReader {
    /// What the next step of reading gave.
    enum Step {
        /// A whole line, without its end.
        case line([UInt8])
        /// A line over the limit; its bytes are gone.
        case tooLong
        /// The end. After a fault the last, unfinished line is not delivered: half a record is no record.
        case end(Fault?)
    }

    /// How a file can be bad.
    enum Fault {
        case unreadable, notGzip, truncated, corrupted
    }

    private enum Filled {
        case bytes, end
        case fault(Fault)
    }

    /// The number of the line delivered last, from 1.
    private(set) var lineNumber = 0

    private var file: UnsafeMutableRawPointer?
    private let mustBeCompressed: Bool
    private let longestLine: Int
    private var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    private var start = 0
    private var end = 0

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - mustBeCompressed: whether a file that is not compressed is a fault.
    ///   - longestLine: the most bytes a line may have.
    /// - Returns: nil if it cannot be opened.
    init?(path: String, mustBeCompressed: Bool, longestLine: Int = 8 * 1024 * 1024) {
        guard let file = czlib_open(path) else { return nil }
        self.file = file
        self.mustBeCompressed = mustBeCompressed
        self.longestLine = longestLine
    }

    deinit {
        if let file { _ = czlib_close(file) }
    }

    /// Reads up to the next end of line.
    func next() -> Step {
        var line: [UInt8] = []
        var isTooLong = false
        while true {
            if start == end {
                switch fill() {
                case .bytes:
                    break
                case .fault(let fault):
                    return .end(fault)
                case .end:
                    if line.isEmpty && !isTooLong { return .end(nil) }
                    lineNumber += 1
                    return isTooLong ? .tooLong : .line(line)
                }
            }
            let newline = positionOfNewline()
            let stop = newline ?? end
            if line.count + (stop - start) > longestLine {
                isTooLong = true
                line = []
            }
            if !isTooLong { line.append(contentsOf: buffer[start..<stop]) }
            if newline != nil {
                start = stop + 1
                lineNumber += 1
                return isTooLong ? .tooLong : .line(line)
            }
            start = stop
        }
    }

    private func positionOfNewline() -> Int? {
        let from = start
        let length = end - start
        return buffer.withUnsafeBytes { bytes -> Int? in
            guard let base = bytes.baseAddress, let found = memchr(base + from, 10, length) else { return nil }
            return base.distance(to: UnsafeRawPointer(found))
        }
    }

    private func fill() -> Filled {
        guard let file else { return .end }
        let count = buffer.withUnsafeMutableBytes { bytes -> Int in
            guard let base = bytes.baseAddress else { return -1 }
            return Int(czlib_read(file, base, UInt32(bytes.count)))
        }
        if mustBeCompressed && czlib_is_direct(file) == 1 && count >= 0 {
            return finish(with: .notGzip)
        }
        guard count <= 0 else {
            start = 0
            end = count
            return .bytes
        }
        switch czlib_error(file) {
        case Z_OK, Z_STREAM_END:
            return finish(with: count < 0 ? .corrupted : nil)
        case Z_BUF_ERROR:
            return finish(with: .truncated)
        case Z_ERRNO:
            return finish(with: .unreadable)
        default:
            return finish(with: .corrupted)
        }
    }

    private func finish(with fault: Fault?) -> Filled {
        start = 0
        end = 0
        var found = fault
        if let file {
            self.file = nil
            let code = czlib_close(file)
            if found == nil && code != Z_OK { found = code == Z_BUF_ERROR ? .truncated : .unreadable }
        }
        guard let found else { return .end }
        return .fault(found)
    }
}
