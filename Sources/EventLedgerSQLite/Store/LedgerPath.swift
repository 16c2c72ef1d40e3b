import EventLedger

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The one path of a ledger file. SQLite resolves links for its own files, so the lock must stand beside the same file; and a
/// connection that is opened later must find it though the process has changed its folder.
enum LedgerPath {
    /// - Parameters:
    ///   - path: What was given.
    ///   - noun: What the file is, for errors.
    static func resolve(_ path: String, noun: String = "ledger") throws -> String {
        guard !path.isEmpty, path != ":memory:" else {
            throw LedgerError(
                .invalidValue, "A ledger needs a file; '\(path)' names none. Use InMemoryLedger for a ledger in memory."
            )
        }
        if let real = realPath(path) {
            // SQLite opens it as if it were a file, and then says that the disk fails.
            guard !isDirectory(real) else {
                throw LedgerError(
                    .corrupt, "'\(path)' is a directory, not a \(noun) file. Name a file.", details: ["file": real]
                )
            }
            return real
        }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let name = parts.last.map(String.init) ?? path
        let folder = parts.count == 1 ? "." : parts.dropLast().joined(separator: "/") + "/"
        // Where the folder is missing, opening the file says so.
        guard let real = realPath(folder) else { return path }
        return real == "/" ? "/" + name : real + "/" + name
    }

    private static func isDirectory(_ path: String) -> Bool {
        guard let directory = opendir(path) else { return false }
        closedir(directory)
        return true
    }

    private static func realPath(_ path: String) -> String? {
        guard let pointer = realpath(path, nil) else { return nil }
        defer { free(pointer) }
        return String(cString: pointer)
    }
}
