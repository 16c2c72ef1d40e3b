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
    static func resolve(_ path: String) throws -> String {
        guard !path.isEmpty, path != ":memory:" else {
            throw LedgerError(
                .invalidValue, "A ledger needs a file; '\(path)' names none. Use InMemoryLedger for a ledger in memory."
            )
        }
        if let real = realPath(path) { return real }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let name = parts.last.map(String.init) ?? path
        let folder = parts.count == 1 ? "." : parts.dropLast().joined(separator: "/") + "/"
        // Where the folder is missing, opening the file says so.
        guard let real = realPath(folder) else { return path }
        return real == "/" ? "/" + name : real + "/" + name
    }

    private static func realPath(_ path: String) -> String? {
        guard let pointer = realpath(path, nil) else { return nil }
        defer { free(pointer) }
        return String(cString: pointer)
    }
}
