import EventLedger

/// What is done within the writer's transactions: one connection, and what it knows about the names in the file.
final class WriteSession {
    /// What the writer knows about a stream.
    struct Stream {
        let id: Int64
        let categoryID: Int64
        var revision: Int64
        var hash: EventHash
    }

    let connection: SQLiteConnection
    let clock: any LedgerClock
    let commitRetention: Duration
    var hasher = EventHasher()

    /// The last position, within the transaction.
    var head: Int64 = 0
    /// When the last event was recorded, within the transaction.
    var lastRecordedAt = Timestamp.distantPast
    /// Whether the transaction may have made a task leasable.
    var changedTasks = false

    // Valid as long as nobody else commits, which shows in the head, and as long as nothing is undone.
    private var streams = KnownNames<StreamName, Stream>()
    private var types = KnownNames<EventType, Int64>()
    private var tags = KnownNames<EventTag, Int64>()
    private var categories = KnownNames<StreamCategory, Int64>()
    private var knownHead: Int64 = -1

    /// How much is undone when a change of the transaction is.
    enum UndoUnit {
        /// The change can not be undone by itself: who made it gives the whole transaction up.
        case nothing
        /// The change alone, by a savepoint.
        case change
        /// The transaction, of which it is the only change.
        case transaction
    }

    /// A change can not be undone in its transaction.
    struct CannotUndo: Error {}

    private var undoUnit = UndoUnit.transaction
    /// A process that makes few commits purges with its first.
    var commitsSincePurge = commitsBeforePurge
    private static let commitsBeforePurge = 500
    var configurations: [[UInt8]: QueueConfiguration] = [:]

    init(connection: SQLiteConnection, options: SQLiteLedgerOptions) {
        self.connection = connection
        clock = options.clock
        commitRetention = options.commitRetention
    }

    /// The time for what is recorded now: it never runs backwards in a ledger.
    var now: Timestamp { max(clock.now, lastRecordedAt) }
}

// Transactions.
extension WriteSession {
    func begin(undoing unit: UndoUnit) throws {
        undoUnit = unit
        try connection.run("BEGIN IMMEDIATE")
        changedTasks = false
        try readHead()
        if head != knownHead { forgetNames() }
    }

    func commit() throws {
        guard connection.isInTransaction else {
            // SQLite undid everything by itself; nobody may be told that it was written.
            throw SQLiteFailure(code: SQLiteFailure.aborted, message: "the transaction was rolled back")
        }
        try purgeOldCommitsNowAndThen()
        try connection.run("COMMIT")
        knownHead = head
    }

    func rollback() {
        if connection.isInTransaction { try? connection.execute("ROLLBACK") }
        forgetNames()
    }

    /// Runs a change so that it leaves nothing behind when it throws.
    func isolated<Value>(_ body: () throws -> Value) throws -> Value {
        if undoUnit == .change { try connection.run("SAVEPOINT change") }
        let changedTasksBefore = changedTasks
        do {
            let value = try body()
            if undoUnit == .change { try connection.run("RELEASE change") }
            return value
        } catch {
            try undo()
            if undoUnit == .change, connection.isInTransaction { try connection.run("RELEASE change") }
            changedTasks = changedTasksBefore
            throw error
        }
    }

    /// Takes back what the change at hand has done so far, and stays in the transaction.
    ///
    /// - Throws: ``CannotUndo`` where the transaction was begun so.
    func undo() throws {
        forgetNames()
        // Some failures, a full disk for one, end the transaction by themselves.
        guard connection.isInTransaction else { return }
        switch undoUnit {
        case .nothing: throw CannotUndo()
        case .change: try connection.run("ROLLBACK TO change")
        case .transaction:
            try connection.execute("ROLLBACK")
            try connection.run("BEGIN IMMEDIATE")
        }
        try readHead()
    }

    private func readHead() throws {
        head = try connection.first("SELECT seq FROM sqlite_sequence WHERE name = 'events'") { $0.int(0) } ?? 0
        lastRecordedAt =
            try connection.first("SELECT recorded_at FROM events ORDER BY position DESC LIMIT 1") {
                Timestamp(microseconds: $0.int(0))
            } ?? .distantPast
    }

    private func forgetNames() {
        streams.forget()
        types.forget()
        tags.forget()
        categories.forget()
        knownHead = -1
    }

    /// Commit ids are kept for a time, then forgotten a few at a time, so that no commit pays for many.
    private func purgeOldCommitsNowAndThen() throws {
        guard commitsSincePurge >= Self.commitsBeforePurge else { return }
        commitsSincePurge = 0
        _ = try purgeOldCommits()
    }

    /// - Returns: Whether all that are older than the retention are gone.
    func purgeOldCommits() throws -> Bool {
        let count = 1000
        try connection.run(
            """
            DELETE FROM commits WHERE sequence IN (SELECT sequence FROM commits ORDER BY sequence LIMIT ?2)
                AND recorded_at <= ?1
            """,
            [.integer((now - commitRetention).microseconds), .integer(Int64(count))]
        )
        return connection.changes < count
    }
}

// Names.
extension WriteSession {
    /// What is known about a stream, which is made where it does not exist.
    func stream(_ name: StreamName) throws -> Stream {
        if let stream = streams[name] { return stream }
        let found = try connection.first(
            "SELECT id, category_id FROM streams WHERE name = ?1", [.text(name.rawValue)]
        ) { ($0.int(0), $0.int(1)) }
        let stream: Stream
        if let (id, categoryID) = found {
            let last = try connection.first(
                "SELECT revision, hash FROM events WHERE stream_id = ?1 ORDER BY revision DESC LIMIT 1", [.integer(id)]
            ) { row in (row.int(0), row.withBytes(1) { EventHash(copying: $0) } ?? .zero) }
            stream = Stream(id: id, categoryID: categoryID, revision: last?.0 ?? 0, hash: last?.1 ?? .zero)
        } else {
            let categoryID = try categoryID(name.category)
            try connection.run(
                "INSERT INTO streams(name, category_id) VALUES (?1, ?2)", [.text(name.rawValue), .integer(categoryID)]
            )
            stream = Stream(id: connection.lastInsertedRowID, categoryID: categoryID, revision: 0, hash: .zero)
        }
        streams[name] = stream
        return stream
    }

    func remember(_ stream: Stream, for name: StreamName) { streams[name] = stream }

    /// The last revision of a stream, which is not made.
    func revision(of name: StreamName) throws -> Revision {
        if let stream = streams[name] { return Revision(stream.revision) }
        let revision = try connection.first(
            "SELECT max(revision) FROM events WHERE stream_id = (SELECT id FROM streams WHERE name = ?1)",
            [.text(name.rawValue)]
        ) { $0.int(0) }
        return Revision(revision ?? 0)
    }

    func typeID(_ type: EventType) throws -> Int64 {
        if let id = types[type] { return id }
        let id = try id(of: type, in: "types")
        types[type] = id
        return id
    }

    func tagID(_ tag: EventTag) throws -> Int64 {
        if let id = tags[tag] { return id }
        let id = try id(of: tag, in: "tags")
        tags[tag] = id
        return id
    }

    private func categoryID(_ category: StreamCategory) throws -> Int64 {
        if let id = categories[category] { return id }
        let id = try id(of: category, in: "categories")
        categories[category] = id
        return id
    }

    /// A name's number in the file; it is given one where it has none.
    private func id(of name: some LedgerName, in table: String) throws -> Int64 {
        let known = try connection.first("SELECT id FROM \(table) WHERE name = ?1", [.text(name.rawValue)]) {
            $0.int(0)
        }
        if let known { return known }
        try connection.run("INSERT INTO \(table)(name) VALUES (?1)", [.text(name.rawValue)])
        return connection.lastInsertedRowID
    }
}
