import EventLedger

extension WriteSession {
    /// Makes a commit within the transaction.
    ///
    /// The usual case asks the file nothing beforehand: a commit or an event that is known shows as a violated uniqueness, and
    /// only then, and when something is refused, it is found out whether this is a retry.
    func commit(_ commit: Commit) throws -> Receipt {
        do {
            return try record(commit)
        } catch let error where mayBeRepetition(error) {
            try undo()
            guard try hasExpired(commit.id) else {
                if let receipt = try duplicate(of: commit) { return receipt }
                throw error
            }
        }
        // An id is remembered for as long as is configured, not until somebody gets round to removing it.
        do {
            try forget(commit.id)
            return try record(commit)
        } catch let error where mayBeRepetition(error) {
            // Undoing brings the id back, but it decides nothing any more: the events do.
            try undo()
            if let receipt = try duplicate(ofEventsIn: commit) { return receipt }
            throw error
        }
    }

    private func mayBeRepetition(_ error: any Error) -> Bool {
        switch error {
        case let failure as SQLiteFailure: failure.isUniqueViolation
        case let refusal as LedgerError: refusal.code != .leaseLost
        default: false
        }
    }

    private func record(_ commit: Commit) throws -> Receipt {
        let recordedAt = now
        let eventCount = commit.appends.reduce(0) { $0 + $1.events.count }
        let first = eventCount > 0 ? head + 1 : nil
        let last = head + Int64(eventCount)
        let statement = try connection.statement(
            "INSERT INTO commits(commit_id, first_position, position, recorded_at) VALUES (?1, ?2, ?3, ?4)"
        )
        statement.bind(commit.id, at: 1)
        statement.bind(first, at: 2)
        statement.bind(last, at: 3)
        statement.bind(recordedAt.microseconds, at: 4)
        do {
            defer { statement.reset() }
            _ = try statement.step()
        }
        let sequence = connection.lastInsertedRowID
        commitsSincePurge += 1

        for lease in commit.completions { try complete(lease, at: recordedAt) }
        for condition in commit.conditions {
            if let found = try firstPosition(matching: condition.query, after: condition.position) {
                try checkExpectations(of: commit.appends)
                throw condition.conflict(found: found)
            }
        }
        var revisions: [Receipt.StreamRevision] = []
        var offset: Int64 = 0
        for append in commit.appends {
            if append.expectation != .any {
                try append.expectation.check(try revision(of: append.stream), of: append.stream)
            }
            guard !append.events.isEmpty else { continue }
            let revision = try insert(append, recordedAt: recordedAt, offset: &offset)
            let entry = Receipt.StreamRevision(stream: append.stream, revision: revision)
            if let index = revisions.firstIndex(where: { $0.stream == append.stream }) {
                revisions[index] = entry
            } else {
                revisions.append(entry)
            }
        }
        if eventCount > 0 { lastRecordedAt = recordedAt }
        if !commit.documents.isEmpty { try write(DocumentBatch(commit.documents)) }
        let tasks = try commit.tasks.map { try enqueue($0) }
        if !tasks.isEmpty {
            try connection.run(
                "UPDATE commits SET tasks = ?2 WHERE sequence = ?1",
                [.integer(sequence), .blob(try JSONText(encoding: tasks).bytes)]
            )
        }
        for letter in commit.deadLetters { try record(letter) }
        return Receipt(
            commitID: commit.id, firstPosition: first.map { Position($0) }, position: Position(last),
            recordedAt: recordedAt,
            streams: revisions, tasks: tasks
        )
    }

    /// Checks all expectations before anything is appended. Otherwise each is checked when its turn comes, which costs less;
    /// but an expectation that fails is told before a condition that fails.
    private func checkExpectations(of appends: [Commit.Append]) throws {
        var appended: [StreamName: Int64] = [:]
        for append in appends {
            let current = try revision(of: append.stream).rawValue + (appended[append.stream] ?? 0)
            try append.expectation.check(Revision(current), of: append.stream)
            appended[append.stream, default: 0] += Int64(append.events.count)
        }
    }

    private func insert(_ append: Commit.Append, recordedAt: Timestamp, offset: inout Int64) throws -> Revision {
        var stream = try stream(append.stream)
        for event in append.events {
            let metadata = event.metadata.encoded
            let occurredAt = event.occurredAt ?? recordedAt
            stream.revision += 1
            stream.hash = hasher.hash(
                id: event.id, stream: append.stream, revision: Revision(stream.revision), type: event.type,
                schemaVersion: event.schemaVersion, data: event.data, tags: event.tags, occurredAt: occurredAt,
                recordedAt: recordedAt, metadata: metadata, previous: stream.hash
            )
            try insert(
                EventRow(
                    position: head + 1, stream: stream, type: event.type, schemaVersion: event.schemaVersion,
                    id: event.id,
                    offset: offset, occurredAt: occurredAt, recordedAt: recordedAt, tags: event.tags,
                    metadata: metadata,
                    data: event.data
                )
            )
            head += 1
            offset += 1
        }
        remember(stream, for: append.stream)
        return Revision(stream.revision)
    }

    /// What stands in a row of `events`; revision and hash are those that the stream has now.
    struct EventRow {
        let position: Int64
        let stream: Stream
        let type: EventType
        let schemaVersion: Int
        let id: EventID
        let offset: Int64
        let occurredAt: Timestamp
        let recordedAt: Timestamp
        let tags: [EventTag]
        let metadata: JSONText
        let data: JSONText
    }

    func insert(_ row: EventRow) throws {
        let statement = try connection.statement(
            """
            INSERT INTO events(
                position, stream_id, revision, category_id, type_id, schema_version, event_id, commit_offset, occurred_at,
                recorded_at, tags, metadata, hash, data
            ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
            """
        )
        statement.bind(row.position, at: 1)
        statement.bind(row.stream.id, at: 2)
        statement.bind(row.stream.revision, at: 3)
        statement.bind(row.stream.categoryID, at: 4)
        statement.bind(try typeID(row.type), at: 5)
        statement.bind(Int64(row.schemaVersion), at: 6)
        statement.bind(row.offset, at: 8)
        statement.bind(row.occurredAt == row.recordedAt ? nil : row.occurredAt.microseconds, at: 9)
        statement.bind(row.recordedAt.microseconds, at: 10)
        statement.bind(TagList.encode(row.tags), at: 11)
        statement.bind(row.metadata == .emptyObject ? nil : row.metadata.bytes, at: 12)
        try statement.binding(row.id, at: 7) {
            try statement.binding(row.stream.hash, at: 13) {
                try statement.binding(row.data.bytes, at: 14) {
                    defer { statement.reset() }
                    _ = try statement.step()
                }
            }
        }
        for tag in row.tags {
            let tagged = try connection.statement("INSERT INTO event_tags(tag_id, position) VALUES (?1, ?2)")
            defer { tagged.reset() }
            tagged.bind(try tagID(tag), at: 1)
            tagged.bind(row.position, at: 2)
            _ = try tagged.step()
        }
    }
}
