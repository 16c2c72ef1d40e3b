import EventLedger

extension WriteSession {
    /// Records a letter within the transaction; one that is known keeps the time of its first failure.
    func record(_ letter: DeadLetter) throws {
        var letter = letter
        if let known = try connection.deadLetter(letter.id) {
            letter.firstFailedAt = known.firstFailedAt
        }
        try store(letter)
    }

    private func store(_ letter: DeadLetter) throws {
        try connection.run(
            """
            INSERT INTO dead_letters(id, kind, origin, type, state, last_failed_at, letter)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            ON CONFLICT(id) DO UPDATE SET kind = excluded.kind, origin = excluded.origin, type = excluded.type,
                state = excluded.state, last_failed_at = excluded.last_failed_at, letter = excluded.letter
            """,
            [
                .text(letter.id.rawValue), .text(letter.isTask ? "task" : "event"), .text(letter.origin),
                .text(letter.type),
                .text(letter.state.rawValue), .integer(letter.lastFailedAt.microseconds),
                .blob(try JSONText(encoding: letter).bytes),
            ]
        )
    }

    /// Sends a letter back to be handled again.
    func retry(_ id: DeadLetterID, by actor: String, note: String) throws -> Bool {
        var letter = try existing(id)
        guard letter.state == .open else { return false }
        try letter.checkRetry()
        if case .task(let key) = letter.source { try enqueueAgain(letter, key: key) }
        letter.state = .retried
        letter.resolution = DeadLetter.Resolution(actor: actor, note: note, time: now)
        try store(letter)
        return true
    }

    /// Settles a letter without handling it.
    func resolve(_ id: DeadLetterID, by actor: String, note: String) throws -> Bool {
        var letter = try existing(id)
        guard letter.state != .resolved else { return false }
        letter.state = .resolved
        letter.resolution = DeadLetter.Resolution(actor: actor, note: note, time: now)
        try store(letter)
        return true
    }

    /// Removes some letters that are not open and older than a time.
    ///
    /// - Returns: How many; 0 when there are no more.
    func purgeDeadLetters(before time: Timestamp) throws -> Int {
        try connection.run(
            """
            DELETE FROM dead_letters WHERE id IN (
                SELECT id FROM dead_letters WHERE last_failed_at < ?1 AND state <> 'open' ORDER BY last_failed_at LIMIT 500)
            """,
            [.integer(time.microseconds)]
        )
        return connection.changes
    }

    private func existing(_ id: DeadLetterID) throws -> DeadLetter {
        guard let letter = try connection.deadLetter(id) else {
            throw LedgerError(
                .notFound, "There is no dead letter '\(id)'. List them to find its id.", details: ["id": id.rawValue])
        }
        return letter
    }
}

extension SQLiteConnection {
    func deadLetter(_ id: DeadLetterID) throws -> DeadLetter? {
        try first("SELECT letter FROM dead_letters WHERE id = ?1", [.text(id.rawValue)]) {
            try JSONText(stored: $0.bytes(0)).decode(DeadLetter.self)
        }
    }
}
