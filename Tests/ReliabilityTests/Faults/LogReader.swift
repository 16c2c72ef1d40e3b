import CSQLite
import EventLedgerSQLite

/// A connection that reads in the log of a ledger, and so keeps checkpoints from copying what it does not see yet.
///
/// It is `@unchecked Sendable` because of the pointer. The invariant: a call is awaited before the next one is made.
final class LogReader: @unchecked Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let path: String
    private let vfs: String
    private var connection: OpaquePointer?

    /// - Parameters:
    ///   - path: The ledger's file. It must be there when reading begins.
    ///   - vfs: The SQLite VFS that the ledger is opened with.
    init(path: String, vfs: String) {
        self.path = path
        self.vfs = vfs
    }

    deinit { sqlite3_close_v2(connection) }

    /// Begins to read; it sees the ledger as it is now until ``end()``.
    func begin() async throws {
        try await BlockingWork.run { [self] in
            if connection == nil {
                try check(sqlite3_open_v2(path, &connection, SQLITE_OPEN_READWRITE, vfs))
                try check(csqlite_disable_checkpoint_on_close(connection))
            }
            try check(sqlite3_exec(connection, "BEGIN; SELECT count(*) FROM sqlite_schema", nil, nil, nil))
        }
    }

    /// Stops reading, and leaves the file open.
    func end() async throws {
        try await BlockingWork.run { [self] in try check(sqlite3_exec(connection, "COMMIT", nil, nil, nil)) }
    }

    private func check(_ code: Int32) throws {
        guard code == SQLITE_OK else { throw Failure(description: String(cString: sqlite3_errstr(code))) }
    }
}
