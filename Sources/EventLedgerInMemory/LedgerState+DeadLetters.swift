import EventLedger

extension LedgerState {
    /// Records a letter, or replaces the one of the same id, which is open from then on; when it failed for the first time
    /// stays known.
    mutating func record(_ letter: DeadLetter) {
        var letter = letter
        if let known = letters[letter.id] { letter.firstFailedAt = known.firstFailedAt }
        letters[letter.id] = letter
    }

    /// One page, the latest failure first, ties by descending id.
    ///
    /// - Complexity: O(n log n) with n letters.
    func letters(_ query: DeadLetterQuery, limit: Int, from cursor: DeadLetterCursor?) -> DeadLetterPage {
        let found = letters.values
            .filter { query.matches($0) && (cursor?.precedes($0.cursor) ?? true) }
            .sorted { $0.cursor.precedes($1.cursor) }
        let page = Array(found.prefix(limit))
        return DeadLetterPage(letters: page, next: found.count > limit ? page.last?.cursor : nil)
    }

    /// Marks an open letter as retried; that of a task is enqueued anew in the same step.
    ///
    /// - Returns: Whether it was open.
    mutating func retryLetter(_ id: DeadLetterID, by actor: String, note: String, at now: Timestamp) throws -> Bool {
        var letter = try existingLetter(id)
        guard letter.state == .open else { return false }
        try letter.checkRetry()
        if case .task(let key) = letter.source { try enqueueAgain(letter, after: key, at: now) }
        letter.state = .retried
        letter.resolution = DeadLetter.Resolution(actor: actor, note: note, time: now)
        letters[id] = letter
        return true
    }

    /// Settles a letter.
    ///
    /// - Returns: Whether it was not resolved before.
    mutating func resolveLetter(_ id: DeadLetterID, by actor: String, note: String, at now: Timestamp) throws -> Bool {
        var letter = try existingLetter(id)
        guard letter.state != .resolved else { return false }
        letter.state = .resolved
        letter.resolution = DeadLetter.Resolution(actor: actor, note: note, time: now)
        letters[id] = letter
        return true
    }

    /// Removes letters that are not open and failed last before a time.
    ///
    /// - Returns: How many.
    mutating func purgeLetters(before time: Timestamp) -> Int {
        let old = letters.values.filter { $0.state != .open && $0.lastFailedAt < time }.map(\.id)
        for id in old { letters[id] = nil }
        return old.count
    }

    private func existingLetter(_ id: DeadLetterID) throws -> DeadLetter {
        if let letter = letters[id] { return letter }
        throw LedgerError(
            .notFound, "There is no dead letter '\(id)'. It may have been purged; list the letters there are.",
            details: ["id": id.rawValue]
        )
    }
}

extension DeadLetter {
    fileprivate var cursor: DeadLetterCursor { DeadLetterCursor(lastFailedAt: lastFailedAt, id: id) }
}

extension DeadLetterCursor {
    fileprivate func precedes(_ other: DeadLetterCursor) -> Bool {
        lastFailedAt == other.lastFailedAt ? other.id < id : other.lastFailedAt < lastFailedAt
    }
}
