import CSQLite
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A ledger's file lock, as `Documentation/sqlite-format.md` describes it, to see who holds it and to hold it.
final class LedgerLock: Sendable {
    private let file: Int32

    init(ofLedger path: String) throws {
        file = csqlite_open_lock_file(path + "-lock")
        try #require(file >= 0)
    }

    deinit { close(file) }

    /// Takes the lock where nobody holds it.
    func take() -> Bool { csqlite_try_lock(file, 0) == 0 }

    func leave() { _ = csqlite_unlock(file, 0) }

    /// Whether somebody else holds the lock at this moment.
    var isTaken: Bool {
        guard take() else { return true }
        leave()
        return false
    }
}
