public import EventLedger

/// Keys of subjects in an SQLite file of their own, which must not be kept together with the ledger or its backups.
///
/// Any number of processes may open the same file; it must lie on a local disk. Only its owner may read it. A forgotten
/// key is overwritten in it; `Documentation/personal-data.md` says what may be left elsewhere.
///
/// ```swift
/// let keys = try await SQLiteSubjectKeyStore.open("/var/lib/library-keys/keys.sqlite")
/// ```
public final class SQLiteSubjectKeyStore: SubjectKeyStore {
    /// Where the file is: absolute, links resolved.
    public let path: String
    private let file: SubjectKeyFile
    private let clock: any LedgerClock

    /// Opens a key file, and makes it where it does not exist.
    ///
    /// - Parameters:
    ///   - path: The file. Its folder must exist.
    ///   - mode: What is expected of the file. Who only decrypts needs ``SQLiteLedgerOptions/Mode/readOnly``.
    ///   - clock: Where the time comes from.
    ///   - patience: How long to wait for other processes before a `timeout`; 30 seconds unless stated.
    /// - Throws: ``LedgerError``: `corrupt` for a file that is no key file, `schemaTooNew`, `forbidden` where others
    ///   may read the file, `notFound`, `readOnly`, `diskFull`, `unavailable`, `timeout`.
    public static func open(
        _ path: String, mode: SQLiteLedgerOptions.Mode = .create, clock: any LedgerClock = .system,
        patience: Duration = .seconds(30)
    ) async throws -> SQLiteSubjectKeyStore {
        try await BlockingWork.run {
            guard !path.isEmpty, path != ":memory:" else {
                throw LedgerError(
                    .invalidValue,
                    "Keys need a file; '\(path)' names none. Use InMemorySubjectKeyStore for keys in memory."
                )
            }
            let path = try LedgerPath.resolve(path, noun: "key")
            let file = try SubjectKeyFile(path: path, mode: mode, patience: patience)
            return SQLiteSubjectKeyStore(path: path, file: file, clock: clock)
        }
    }

    private init(path: String, file: SubjectKeyFile, clock: any LedgerClock) {
        self.path = path
        self.file = file
        self.clock = clock
    }

    /// Closes the file. What comes after is refused as `closed`.
    public func close() async { await file.close() }

    public func key(for subject: SubjectName) async throws -> SubjectKey {
        try subject.validate()
        switch try await states(of: [subject])[subject] {
        case .known(let key): return key
        case .forgotten: throw LedgerError.forgotten(subject)
        case nil: break
        }
        let now = clock.now
        return try await file.write { [path] connection in
            // Somebody may have been faster.
            switch try Self.state(of: subject, connection, path) {
            case .known(let key): return key
            case .forgotten: throw LedgerError.forgotten(subject)
            case nil: break
            }
            let key = SubjectKey.random()
            try connection.run(
                "INSERT INTO subjects(name, created_at) VALUES (?1, ?2)",
                [.text(subject.rawValue), .integer(now.microseconds)]
            )
            try connection.run(
                "INSERT INTO keys(subject_id, key) VALUES (?1, ?2)",
                [.integer(connection.lastInsertedRowID), .blob(key.bytes)]
            )
            return key
        }
    }

    public func states(of subjects: Set<SubjectName>) async throws -> [SubjectName: SubjectKeyState] {
        for subject in subjects { try subject.validate() }
        guard !subjects.isEmpty else { return [:] }
        return try await file.run { [path] connection in
            try connection.snapshot {
                var states: [SubjectName: SubjectKeyState] = [:]
                for subject in subjects { states[subject] = try Self.state(of: subject, connection, path) }
                return states
            }
        }
    }

    @discardableResult
    public func forget(_ subject: SubjectName) async throws -> Bool {
        try subject.validate()
        let now = clock.now
        return try await file.write { [path] connection in
            switch try Self.state(of: subject, connection, path) {
            case .forgotten: return false
            case .known(let key):
                try connection.run(
                    "UPDATE subjects SET forgotten_at = ?2, forgotten_key_id = ?3 WHERE name = ?1",
                    [.text(subject.rawValue), .integer(now.microseconds), .blob(key.id.bytes)]
                )
                // Overwritten in its place: a row of the same size is not moved.
                try connection.run(
                    "UPDATE keys SET key = ?2 WHERE subject_id = (SELECT id FROM subjects WHERE name = ?1)",
                    [.text(subject.rawValue), .blob([UInt8](repeating: 0, count: SubjectKey.byteCount))]
                )
                return true
            case nil:
                try connection.run(
                    "INSERT INTO subjects(name, created_at, forgotten_at) VALUES (?1, ?2, ?2)",
                    [.text(subject.rawValue), .integer(now.microseconds)]
                )
                return false
            }
        }
    }

    /// Some subjects, in the order of their names' bytes.
    ///
    /// - Complexity: O(limit · log n) for n subjects.
    public func subjects(after name: SubjectName?, limit: Int) async throws -> SubjectPage {
        try SubjectPage.check(limit: limit)
        try name?.validate()
        let found = try await file.run { connection in
            var found: [SubjectRecord] = []
            try connection.query(
                "SELECT name, created_at, forgotten_at FROM subjects WHERE name > ?1 ORDER BY name LIMIT ?2",
                [.text(name?.rawValue ?? ""), .integer(Int64(limit + 1))]
            ) { row in
                found.append(
                    SubjectRecord(
                        name: SubjectName(row.text(0)), createdAt: Timestamp(microseconds: row.int(1)),
                        forgottenAt: row.optionalInt(2).map { Timestamp(microseconds: $0) }
                    )
                )
                return true
            }
            return found
        }
        return SubjectPage(found, limit: limit)
    }

    private static func state(
        of subject: SubjectName, _ connection: SQLiteConnection, _ path: String
    ) throws -> SubjectKeyState? {
        let found = try connection.first(
            """
            SELECT s.forgotten_at IS NOT NULL, k.key, s.forgotten_key_id
                FROM subjects s LEFT JOIN keys k ON k.subject_id = s.id WHERE s.name = ?1
            """,
            [.text(subject.rawValue)]
        ) { (isForgotten: $0.int(0) == 1, key: $0.bytes(1), keyID: $0.isNull(2) ? nil : Optional($0.bytes(2))) }
        guard let found else { return nil }
        if found.isForgotten { return .forgotten(keyID: try found.keyID.map { try keyID($0, path) }) }
        guard let key = try? SubjectKey(bytes: found.key) else {
            throw LedgerError(
                .corrupt,
                "The key file '\(path)' has no whole key for a subject that was not forgotten. Take the backup, and "
                    + "forget again what was forgotten since.",
                details: ["file": path]
            )
        }
        return .known(key)
    }

    private static func keyID(_ bytes: [UInt8], _ path: String) throws -> SubjectKeyID {
        guard let keyID = try? SubjectKeyID(bytes: bytes) else {
            throw LedgerError(
                .corrupt,
                "The key file '\(path)' has no whole id for a key that was forgotten. Take the backup, and forget "
                    + "again what was forgotten since.",
                details: ["file": path]
            )
        }
        return keyID
    }
}
