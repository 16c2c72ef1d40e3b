import CSQLite
import EventLedger

/// One connection. It is used by one thread at a time; whoever owns it sees to that.
final class SQLiteConnection {
    /// The pointer, shared with the connection's statements so that it is closed after the last of them.
    final class Handle {
        let pointer: OpaquePointer
        fileprivate init(_ pointer: OpaquePointer) { self.pointer = pointer }
        deinit { sqlite3_close_v2(pointer) }

        func failure(_ code: Int32) -> SQLiteFailure {
            SQLiteFailure(code: sqlite3_extended_errcode(pointer), message: String(cString: sqlite3_errmsg(pointer)))
        }
    }

    enum Mode {
        case create, readWrite, read
    }

    let handle: Handle
    let busyMilliseconds: Int32
    /// Whether the disk failed since the log was last known to be on it.
    var isLogInDoubt = false
    private var statements: [StatementText: SQLiteStatement] = [:]
    /// Written by the WAL hook: the pages in the WAL after the last commit of this connection.
    private let walPages: UnsafeMutablePointer<Int32>

    init(path: String, mode: Mode, vfs: String?, busyTimeout: Duration) throws {
        let flags =
            switch mode {
            case .create: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            case .readWrite: SQLITE_OPEN_READWRITE
            case .read: SQLITE_OPEN_READONLY
            }
        var pointer: OpaquePointer?
        let code = sqlite3_open_v2(path, &pointer, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, vfs)
        guard let pointer else { throw SQLiteFailure(code: code, message: "out of memory") }
        handle = Handle(pointer)
        guard code == SQLITE_OK else { throw handle.failure(code) }
        walPages = .allocate(capacity: 1)
        walPages.initialize(to: 0)
        busyMilliseconds = Int32(clamping: busyTimeout.wholeMicroseconds / 1000)
        sqlite3_busy_timeout(pointer, busyMilliseconds)
        // The ledger checkpoints by itself, under its lock: see design notes in Documentation/sqlite-format.md.
        csqlite_disable_checkpoint_on_close(pointer)
        sqlite3_wal_hook(
            pointer,
            { context, _, _, pages in
                context?.assumingMemoryBound(to: Int32.self).pointee = pages
                return SQLITE_OK
            },
            walPages
        )
    }

    deinit {
        statements = [:]
        sqlite3_wal_hook(handle.pointer, nil, nil)
        walPages.deallocate()
    }

    /// The pages in the WAL after the last commit of this connection.
    var pagesInWAL: Int { Int(walPages.pointee) }

    /// Whether the file can only be read, whatever was asked for.
    var isReadOnly: Bool { sqlite3_db_readonly(handle.pointer, "main") == 1 }

    /// The rowid of the last insert.
    var lastInsertedRowID: Int64 { sqlite3_last_insert_rowid(handle.pointer) }

    /// The rows changed by the last statement.
    var changes: Int { Int(sqlite3_changes(handle.pointer)) }

    /// Whether a transaction is open.
    var isInTransaction: Bool { sqlite3_get_autocommit(handle.pointer) == 0 }

    /// The texts of the statements that are prepared; the test of query plans explains each of them.
    var statementTexts: [String] { statements.keys.map(\.sql) }

    static var libraryVersion: String { String(cString: sqlite3_libversion()) }

    /// Runs statements without arguments and results.
    func execute(_ sql: String) throws {
        let code = sqlite3_exec(handle.pointer, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw handle.failure(code) }
    }

    /// The prepared statement for a text, reset.
    func statement(_ sql: String) throws -> SQLiteStatement {
        let text = StatementText(sql: sql)
        if let statement = statements[text] {
            statement.reset()
            return statement
        }
        // Queries of many shapes must not pile up; the hot statements are prepared again at once.
        if statements.count >= 200 { statements = [:] }
        let statement = try SQLiteStatement(sql, connection: handle)
        statements[text] = statement
        return statement
    }

    /// Runs a statement that returns no rows.
    func run(_ sql: String, _ values: [SQLiteValue] = []) throws {
        let statement = try statement(sql)
        statement.bindAll(values)
        defer { statement.reset() }
        while try statement.step() {}
    }

    /// Gives each row to a closure, until it returns false.
    func query(_ sql: String, _ values: [SQLiteValue] = [], _ row: (SQLiteStatement) throws -> Bool) throws {
        let statement = try statement(sql)
        statement.bindAll(values)
        defer { statement.reset() }
        while try statement.step() {
            guard try row(statement) else { return }
        }
    }

    /// The first row, if there is one.
    func first<Value>(
        _ sql: String, _ values: [SQLiteValue] = [], _ row: (SQLiteStatement) throws -> Value
    ) throws -> Value? {
        let statement = try statement(sql)
        statement.bindAll(values)
        defer { statement.reset() }
        return try statement.step() ? try row(statement) : nil
    }

    /// Runs a closure in a read transaction: everything it reads is one state of the file.
    func snapshot<Value>(_ body: () throws -> Value) throws -> Value {
        try run("BEGIN")
        do {
            let value = try body()
            try run("COMMIT")
            return value
        } catch {
            if isInTransaction { try? execute("ROLLBACK") }
            throw error
        }
    }
}

/// The text of a statement as a key. Hashing the whole of it would cost as much as binding the statement's values, so only
/// its length and its end are; equal literals are one string, which shows without comparing them.
private struct StatementText: Hashable {
    let sql: String

    func hash(into hasher: inout Hasher) {
        hasher.combine(sql.utf8.count)
        for byte in sql.utf8.suffix(4) { hasher.combine(byte) }
    }
}
