import CSQLite
import EventLedgerSQLite
import Testing

/// A ledger file as SQLite sees it, through a connection that the library knows nothing of.
struct RawFile: Sendable {
    let path: String

    /// What SQLite's own check says: "ok", or what is wrong with the file.
    func integrityCheck() async throws -> String {
        try await run("PRAGMA integrity_check", flags: SQLITE_OPEN_READONLY).joined(separator: "\n")
    }

    /// Changes the file behind the library's back.
    func tamper(_ sql: String) async throws {
        _ = try await run(sql, flags: SQLITE_OPEN_READWRITE)
    }

    /// The first column of the rows of a statement.
    private func run(_ sql: String, flags: Int32) async throws -> [String] {
        let path = path
        return try await BlockingWork.run {
            var connection: OpaquePointer?
            defer { sqlite3_close_v2(connection) }
            try #require(sqlite3_open_v2(path, &connection, flags, nil) == SQLITE_OK, "\(path) cannot be opened")
            // Else the last one to close would copy the log into the file, without the ledger's lock.
            _ = csqlite_disable_checkpoint_on_close(connection)
            sqlite3_busy_timeout(connection, 10_000)
            var statement: OpaquePointer?
            defer { sqlite3_finalize(statement) }
            try #require(sqlite3_prepare_v2(connection, sql, -1, &statement, nil) == SQLITE_OK, "\(sql)")
            var rows: [String] = []
            while true {
                let code = sqlite3_step(statement)
                if code == SQLITE_DONE { return rows }
                try #require(code == SQLITE_ROW, "\(sql): SQLite error \(code)")
                rows.append(sqlite3_column_text(statement, 0).map { String(cString: $0) } ?? "")
            }
        }
    }
}
