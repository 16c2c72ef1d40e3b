#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Writes for people: results on standard output, everything else on standard error.
public enum Terminal {
    /// Whether a person reads standard error as it is written: only then is progress shown.
    public static let showsProgress = isatty(2) == 1

    private static let hasColor =
        isatty(1) == 1 && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty

    /// A text that stands out, where colours are wanted.
    public static func bold(_ text: String) -> String { hasColor ? "\u{1B}[1m\(text)\u{1B}[0m" : text }

    /// A text of less weight, where colours are wanted.
    public static func dim(_ text: String) -> String { hasColor ? "\u{1B}[2m\(text)\u{1B}[0m" : text }

    /// Writes a line to standard error.
    public static func note(_ line: String) { write(line + "\n") }

    /// Writes a line to standard output at once, also where that is a file: `print` would keep it until the end.
    public static func say(_ line: String) { write(line + "\n", to: 1) }

    /// Shows how far something has come, in place of what was shown before; nothing where nobody looks.
    ///
    /// - Parameters:
    ///   - label: what is going on.
    ///   - done: how much of it is done.
    ///   - total: how much there is.
    public static func progress(_ label: String, _ done: Int, of total: Int) {
        guard showsProgress, total > 0 else { return }
        let width = 24
        let filled = min(width, max(0, done * width / total))
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
        write("\r\(label) [\(bar)] \(done)/\(total) \(done >= total ? "\n" : "")")
    }

    private static func write(_ text: String, to file: Int32 = 2) {
        let bytes = Array(text.utf8)
        var start = 0
        while start < bytes.count {
            let count = bytes[start...].withUnsafeBytes { writeBytes(file, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            start += count
        }
    }

    // Under a name of its own, because the methods here would hide the system's.
    private static func writeBytes(_ file: Int32, _ base: UnsafeRawPointer?, _ count: Int) -> Int {
        guard let base else { return 0 }
        #if canImport(Darwin)
        return Darwin.write(file, base, count)
        #elseif canImport(Musl)
        return Musl.write(file, base, count)
        #else
        return Glibc.write(file, base, count)
        #endif
    }
}
