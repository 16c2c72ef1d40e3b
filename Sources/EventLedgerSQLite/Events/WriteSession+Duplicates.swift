import EventLedger

extension WriteSession {
    /// The receipt of the commit that a refused one repeats, if it does.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/eventIDReused`` where event ids are known otherwise.
    func duplicate(of commit: Commit) throws -> Receipt? {
        try storedReceipt("commit_id = ?1", [.text(commit.id.rawValue)]) ?? duplicate(ofEventsIn: commit)
    }

    /// The receipt of the commit that the events of a refused one came with, if they are known; its id is not looked at.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/eventIDReused`` where event ids are known otherwise.
    func duplicate(ofEventsIn commit: Commit) throws -> Receipt? {
        var known = 0
        var starts = Set<Int64>()
        for append in commit.appends {
            for event in append.events {
                guard let start = try startOfCommit(with: event, in: append.stream) else { continue }
                known += 1
                starts.insert(start)
            }
        }
        guard known > 0 else { return nil }
        guard known == commit.appends.reduce(0, { $0 + $1.events.count }), starts.count == 1, let first = starts.first
        else {
            throw LedgerError(
                .eventIDReused,
                "Some event ids of the commit are known and others are not, or they come from several commits. Nothing was "
                    + "written; a retry must send the same commit, new events need new ids.",
                details: ["known": "\(known)"]
            )
        }
        // One whose time is over may not have been removed yet.
        let limit = (now - commitRetention).microseconds
        return try storedReceipt("first_position = ?1 AND recorded_at > ?2", [.integer(first), .integer(limit)])
            ?? receipt(ofForgottenCommitAt: first, id: commit.id)
    }

    /// Whether a commit id is stored whose time is over.
    func hasExpired(_ id: CommitID) throws -> Bool {
        try connection.first(
            "SELECT 1 FROM commits WHERE commit_id = ?1 AND recorded_at <= ?2",
            [.text(id.rawValue), .integer((now - commitRetention).microseconds)]
        ) { _ in true } ?? false
    }

    func forget(_ id: CommitID) throws {
        try connection.run("DELETE FROM commits WHERE commit_id = ?1", [.text(id.rawValue)])
    }

    /// The position at which the commit begins that an event came with; `nil` where its id is unknown.
    private func startOfCommit(with event: NewEvent, in stream: StreamName) throws -> Int64? {
        let row = try connection.first(
            """
            SELECT e.position - e.commit_offset, s.name, t.name, e.schema_version, e.tags, e.data
            FROM events e JOIN streams s ON s.id = e.stream_id JOIN types t ON t.id = e.type_id WHERE e.event_id = ?1
            """,
            [.id(event.id)]
        ) { row in
            (
                start: row.int(0),
                isEqual: StreamName(row.text(1)) == stream && EventType(row.text(2)) == event.type
                    && row.int(3) == Int64(event.schemaVersion) && row.withBytes(4, TagList.decode) == event.tags
                    && row.bytes(5) == event.data.bytes
            )
        }
        guard let row else { return nil }
        guard row.isEqual else {
            throw LedgerError(
                .eventIDReused,
                "The event id '\(event.id)' is known with other content. Nothing was written; give the new event a new id.",
                details: ["id": event.id.rawValue]
            )
        }
        return row.start
    }

    private func storedReceipt(_ condition: String, _ values: [SQLiteValue]) throws -> Receipt? {
        let row = try connection.first(
            "SELECT commit_id, first_position, position, recorded_at, tasks FROM commits WHERE \(condition)", values
        ) { row in
            (
                id: row.text(0), first: row.optionalInt(1), last: row.int(2), time: row.int(3),
                tasks: row.isNull(4) ? nil : row.bytes(4)
            )
        }
        guard let row else { return nil }
        return Receipt(
            commitID: CommitID(row.id), firstPosition: row.first.map { Position($0) }, position: Position(row.last),
            recordedAt: Timestamp(microseconds: row.time),
            streams: try row.first.map { try streamRevisions(from: $0, through: row.last) } ?? [],
            tasks: try row.tasks.map { try JSONText(stored: $0).decode([EnqueuedTask].self) } ?? [], isDuplicate: true
        )
    }

    /// A commit whose id was forgotten is still told by its events: they follow each other with rising offsets.
    private func receipt(ofForgottenCommitAt first: Int64, id: CommitID) throws -> Receipt {
        let next = try connection.first(
            "SELECT position FROM events WHERE position > ?1 AND commit_offset = 0 ORDER BY position LIMIT 1",
            [.integer(first)]
        ) { $0.int(0) }
        let last = next.map { $0 - 1 } ?? head
        let time = try connection.first("SELECT recorded_at FROM events WHERE position = ?1", [.integer(first)]) {
            $0.int(0)
        }
        return Receipt(
            commitID: id, firstPosition: Position(first), position: Position(last),
            recordedAt: Timestamp(microseconds: time ?? 0), streams: try streamRevisions(from: first, through: last),
            tasks: [], isDuplicate: true
        )
    }

    private func streamRevisions(from first: Int64, through last: Int64) throws -> [Receipt.StreamRevision] {
        var revisions: [Receipt.StreamRevision] = []
        try connection.query(
            """
            SELECT s.name, max(e.revision) FROM events e JOIN streams s ON s.id = e.stream_id
            WHERE e.position BETWEEN ?1 AND ?2 GROUP BY e.stream_id ORDER BY min(e.position)
            """,
            [.integer(first), .integer(last)]
        ) { row in
            revisions.append(Receipt.StreamRevision(stream: StreamName(row.text(0)), revision: Revision(row.int(1))))
            return true
        }
        return revisions
    }
}
