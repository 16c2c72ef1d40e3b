import EventLedger

/// The tables of a kind of file and their versions.
struct SQLiteSchema: Sendable {
    /// What such a file is called, for error messages.
    let noun: String
    /// SQLite's application id of such a file.
    let applicationID: Int64
    /// Migration n leads from version n to n + 1.
    let migrations: [String]

    var version: Int64 { Int64(migrations.count) }
}

extension SQLiteSchema {
    /// The ledger file: "EVLG". `Documentation/sqlite-format.md` describes it.
    static let ledger = SQLiteSchema(noun: "ledger file", applicationID: 0x4556_4C47, migrations: ledgerMigrations)

    private static let ledgerMigrations = [
        """
        CREATE TABLE categories(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
        CREATE TABLE streams(
            id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, category_id INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE types(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
        CREATE TABLE tags(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
        CREATE TABLE events(
            position INTEGER PRIMARY KEY AUTOINCREMENT,
            stream_id INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            category_id INTEGER NOT NULL,
            type_id INTEGER NOT NULL,
            schema_version INTEGER NOT NULL,
            event_id ANY NOT NULL UNIQUE,
            commit_offset INTEGER NOT NULL,
            occurred_at INTEGER,
            recorded_at INTEGER NOT NULL,
            tags TEXT,
            metadata BLOB,
            hash BLOB NOT NULL,
            data BLOB NOT NULL,
            UNIQUE(stream_id, revision)
        ) STRICT;
        CREATE INDEX events_by_category ON events(category_id);
        CREATE INDEX events_by_type ON events(type_id);
        CREATE TABLE event_tags(
            tag_id INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY(tag_id, position)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE commits(
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            commit_id TEXT NOT NULL UNIQUE,
            first_position INTEGER,
            position INTEGER NOT NULL,
            recorded_at INTEGER NOT NULL,
            tasks BLOB
        ) STRICT;
        CREATE INDEX commits_by_position ON commits(first_position) WHERE first_position IS NOT NULL;
        CREATE TABLE imports(id INTEGER PRIMARY KEY CHECK (id = 1), through INTEGER NOT NULL) STRICT;
        CREATE TABLE documents(
            collection TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, fields BLOB NOT NULL,
            PRIMARY KEY(collection, id)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE queues(
            id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, is_paused INTEGER NOT NULL, configuration BLOB,
            tokens REAL NOT NULL, updated_at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE tasks(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            queue_id INTEGER NOT NULL,
            name TEXT NOT NULL,
            generation INTEGER NOT NULL,
            kind TEXT NOT NULL,
            state INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            fencing_token INTEGER NOT NULL,
            enqueued_at INTEGER NOT NULL,
            scheduled_at INTEGER NOT NULL,
            first_attempt_at INTEGER,
            lease_expires_at INTEGER,
            finished_at INTEGER,
            worker TEXT,
            headers BLOB,
            retry BLOB,
            payload BLOB NOT NULL,
            UNIQUE(queue_id, name, generation)
        ) STRICT;
        CREATE INDEX tasks_waiting ON tasks(queue_id, scheduled_at, id) WHERE state = 0;
        CREATE INDEX tasks_leased ON tasks(queue_id, lease_expires_at) WHERE state = 1;
        CREATE INDEX tasks_finished ON tasks(queue_id, finished_at) WHERE state >= 2;
        CREATE TABLE dead_letters(
            id TEXT PRIMARY KEY,
            kind TEXT NOT NULL,
            origin TEXT NOT NULL,
            type TEXT NOT NULL,
            state TEXT NOT NULL,
            last_failed_at INTEGER NOT NULL,
            letter BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX dead_letters_by_time ON dead_letters(last_failed_at, id);
        """
    ]

    /// Brings a new or older file to this version.
    func migrate(_ connection: SQLiteConnection, path: String) throws {
        guard try connection.snapshot({ try check(connection, path: path) }) < version else { return }
        try connection.execute("BEGIN IMMEDIATE")
        do {
            // Where there is no lock but that of the transaction, somebody may have been faster.
            let found = try check(connection, path: path)
            for migration in migrations[Int(found)...] { try connection.execute(migration) }
            try connection.execute("PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version)")
            try connection.execute("COMMIT")
        } catch {
            if connection.isInTransaction { try? connection.execute("ROLLBACK") }
            throw error
        }
    }

    /// Refuses a file of another kind, and one that is newer. Where others may make the file meanwhile, it is called in a
    /// transaction, because it looks several times.
    ///
    /// - Returns: The file's version; 0 for an empty file.
    func check(_ connection: SQLiteConnection, path: String) throws -> Int64 {
        let version = try connection.first("PRAGMA user_version") { $0.int(0) } ?? 0
        let application = try connection.first("PRAGMA application_id") { $0.int(0) } ?? 0
        let tables = try connection.first("SELECT count(*) FROM sqlite_schema") { $0.int(0) } ?? 0
        let isNew = tables == 0 && application == 0 && version == 0
        guard isNew || (application == applicationID && version >= 0) else {
            throw LedgerError(
                .corrupt, "The file '\(path)' is an SQLite file, but not a \(noun). Name another file.",
                details: ["file": path]
            )
        }
        guard version <= self.version else {
            throw LedgerError(
                .schemaTooNew,
                "The \(noun) '\(path)' has schema version \(version); this program knows \(self.version). Update the "
                    + "program.",
                details: ["file": path, "found": "\(version)", "known": "\(self.version)"]
            )
        }
        return version
    }
}
