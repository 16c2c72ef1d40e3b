import CSQLite
import EventLedgerSQLite

/// SQLite's own check of a file, on a connection of its own with the system's VFS.
enum SQLiteIntegrity {
    /// - Parameter path: The file.
    /// - Returns: What is wrong; empty where the file is sound.
    static func problems(of path: String) async throws -> [String] {
        try await BlockingWork.run { check(path) }
    }

    private static func check(_ path: String) -> [String] {
        var connection: OpaquePointer?
        defer { sqlite3_close_v2(connection) }
        // It must be able to write: a log that was not closed is recovered first.
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        guard sqlite3_open_v2(path, &connection, flags, nil) == SQLITE_OK, let connection else {
            return ["the file cannot be opened"]
        }
        // Whoever opens the ledger next is to find the log as it was left.
        _ = csqlite_disable_checkpoint_on_close(connection)
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        guard sqlite3_prepare_v2(connection, "PRAGMA integrity_check", -1, &statement, nil) == SQLITE_OK else {
            return ["SQLite: \(String(cString: sqlite3_errmsg(connection)))"]
        }
        var lines: [String] = []
        var code = sqlite3_step(statement)
        while code == SQLITE_ROW {
            if let text = sqlite3_column_text(statement, 0) { lines.append(String(cString: text)) }
            code = sqlite3_step(statement)
        }
        if code != SQLITE_DONE { return ["SQLite: \(String(cString: sqlite3_errmsg(connection)))"] }
        return lines == ["ok"] ? [] : lines.map { "integrity_check: \($0)" }
    }
}
