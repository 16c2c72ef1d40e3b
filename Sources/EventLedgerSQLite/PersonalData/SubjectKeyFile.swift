import CSQLite
import Dispatch
import EventLedger
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension SQLiteSchema {
    /// The file with the keys of subjects: "EVLK". `Documentation/personal-data.md` describes it.
    ///
    /// Keys stand in a table of their own, in rows of one size that are only ever added at its end and overwritten
    /// where they are. In a tree whose rows move, SQLite leaves copies of them behind in the unused parts of its pages,
    /// also with `secure_delete`, and a key that is forgotten would be left in one of these.
    static let subjectKeys = SQLiteSchema(
        noun: "key file", applicationID: 0x4556_4C4B,
        migrations: [
            """
            CREATE TABLE subjects(
                id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL, forgotten_at INTEGER,
                forgotten_key_id BLOB
            ) STRICT;
            CREATE TABLE keys(subject_id INTEGER PRIMARY KEY, key BLOB NOT NULL) STRICT;
            """
        ]
    )
}

/// The connection to a key file, used on a thread that may block.
///
/// It is `@unchecked Sendable` because the connection is not Sendable. The invariant: `connection` is only touched on
/// `queue`, which is serial, but for its first value and its end, when nobody else has the file any more.
final class SubjectKeyFile: @unchecked Sendable {
    // Held while a file is made, so that it is closed again before anybody in this process locks it.
    private static let making = Mutex(())

    private let path: String
    private let queue = DispatchQueue(label: "eventledger.keys")
    private var connection: SQLiteConnection?

    /// Opens the file; called on a thread that may block.
    init(path: String, mode: SQLiteLedgerOptions.Mode, patience: Duration) throws {
        self.path = path
        do {
            connection = try Self.open(path: path, mode: mode, patience: patience)
        } catch let failure as SQLiteFailure {
            throw Self.error(failure, path)
        }
    }

    /// Runs a closure with the connection, off the cooperative threads, alone.
    func run<Value: Sendable>(_ body: @escaping @Sendable (SQLiteConnection) throws -> Value) async throws -> Value {
        try Task.checkCancellation()
        return try await withCheckedThrowingContinuation { continuation in
            queue.async { [self] in continuation.resume(with: Result { try perform(body) }) }
        }
    }

    /// Runs a closure in a transaction that nobody else writes in; what it did is durable when this returns.
    func write<Value: Sendable>(_ body: @escaping @Sendable (SQLiteConnection) throws -> Value) async throws -> Value {
        try await run { connection in
            try connection.execute("BEGIN IMMEDIATE")
            do {
                let value = try body(connection)
                try connection.execute("COMMIT")
                return value
            } catch {
                if connection.isInTransaction { try? connection.execute("ROLLBACK") }
                throw error
            }
        }
    }

    /// Refuses what comes from now on, after what waits was done.
    func close() async {
        await withCheckedContinuation { continuation in
            queue.async { [self] in
                connection = nil
                continuation.resume()
            }
        }
    }

    private func perform<Value>(_ body: (SQLiteConnection) throws -> Value) throws -> Value {
        guard let connection else {
            throw LedgerError(
                .closed, "The key file '\(path)' was closed. Open it again.", details: ["file": path]
            )
        }
        do { return try body(connection) } catch let failure as SQLiteFailure { throw Self.error(failure, path) }
    }
}

// Opening.
extension SubjectKeyFile {
    private static func open(
        path: String, mode: SQLiteLedgerOptions.Mode, patience: Duration
    ) throws -> SQLiteConnection {
        if mode == .create { try make(path) }
        try checkPermissions(path)
        let connection = try SQLiteConnection(
            path: path, mode: mode == .readOnly ? .read : .readWrite, vfs: nil, busyTimeout: patience
        )
        // The schema is looked at before anything is written: what is no key file stays as it is.
        let version = try connection.snapshot { try SQLiteSchema.subjectKeys.check(connection, path: path) }
        guard version > 0 || mode == .create else {
            throw LedgerError(
                .corrupt, "The file '\(path)' is empty, not a key file. Name another file.", details: ["file": path]
            )
        }
        guard mode != .readOnly else { return connection }
        guard !connection.isReadOnly else {
            throw LedgerError(
                .readOnly, "The key file '\(path)' cannot be written. Change its permissions, or only read.",
                details: ["file": path]
            )
        }
        guard try connection.first("PRAGMA journal_mode = DELETE", [], { $0.text(0) }) == "delete",
            try connection.first("PRAGMA secure_delete = ON", [], { $0.int(0) }) == 1
        else {
            throw LedgerError(
                .unavailable,
                "The key file '\(path)' cannot be kept so that what is deleted is overwritten. Use a local disk.",
                details: ["file": path]
            )
        }
        // EXTRA syncs the folder too when the journal is removed: one that comes back with a power cut would bring a
        // forgotten key back.
        try connection.execute("PRAGMA synchronous = EXTRA; PRAGMA fullfsync = ON; PRAGMA temp_store = MEMORY")
        try SQLiteSchema.subjectKeys.migrate(connection, path: path)
        return connection
    }

    private static func make(_ path: String) throws {
        let reason = making.withLock { _ in csqlite_make_private_file(path) }
        guard reason != 0 else { return }
        let code: LedgerError.Code =
            [EACCES, EROFS, EPERM].contains(reason) ? .readOnly : reason == ENOSPC ? .diskFull : .unavailable
        throw LedgerError(
            code,
            "The key file '\(path)' cannot be made (\(String(cString: strerror(reason)))). Check that its folder exists "
                + "and may be written.",
            details: ["file": path, "errno": "\(reason)"]
        )
    }

    private static func checkPermissions(_ path: String) throws {
        var information = stat()
        guard stat(path, &information) == 0 else {
            let reason = errno
            guard reason == ENOENT || reason == ENOTDIR else { return }  // Opening it says what is wrong.
            throw LedgerError(
                .notFound, "There is no key file '\(path)'. Check the path.", details: ["file": path]
            )
        }
        guard information.st_mode & 0o077 == 0 else {
            throw LedgerError(
                .forbidden, "Others than its owner may use the key file '\(path)'. Run 'chmod 600' on it first.",
                details: ["file": path]
            )
        }
    }

    /// SQLite's failure in terms of the key file. SQLite's own messages hold no values.
    private static func error(_ failure: SQLiteFailure, _ path: String) -> LedgerError {
        let general = failure.ledgerError(path: path)
        let advice =
            switch general.code {
            case .timeout: "Another program holds it; find out which, or allow more time."
            case .diskFull: "Free some space."
            case .readOnly: "Change the permissions of the file and its folder."
            case .corrupt: "It is damaged, or no key file: take the backup, and forget again what was forgotten since."
            default: "Check the file, its folder and its disk."
            }
        return LedgerError(
            general.code, "The key file '\(path)' could not be used (\(failure.message)). \(advice)",
            details: general.details, underlying: failure
        )
    }
}
