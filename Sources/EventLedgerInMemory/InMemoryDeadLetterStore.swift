import EventLedger

/// The dead letters of a ledger in memory.
struct InMemoryDeadLetterStore: DeadLetterStore {
    let ledger: InMemoryLedger

    func record(_ letter: DeadLetter) async throws {
        try letter.validate()
        try ledger.update { state, _ in state.record(letter) }
    }

    func letters(_ query: DeadLetterQuery, limit: Int, from cursor: DeadLetterCursor?) async throws -> DeadLetterPage {
        guard (1...1000).contains(limit) else {
            throw LedgerError(.invalidValue, "A page of \(limit) dead letters was asked for; 1 to 1,000 are possible.")
        }
        return try ledger.update { state, _ in state.letters(query, limit: limit, from: cursor) }
    }

    func letter(_ id: DeadLetterID) async throws -> DeadLetter? {
        try ledger.update { state, _ in state.letters[id] }
    }

    func retry(_ id: DeadLetterID, by actor: String, note: String) async throws -> Bool {
        let wasOpen = try ledger.update { state, now in try state.retryLetter(id, by: actor, note: note, at: now) }
        if wasOpen { ledger.taskSignal.signal() }
        return wasOpen
    }

    func resolve(_ id: DeadLetterID, by actor: String, note: String) async throws -> Bool {
        try ledger.update { state, now in try state.resolveLetter(id, by: actor, note: note, at: now) }
    }

    func purge(before time: Timestamp) async throws -> Int {
        try ledger.update { state, _ in state.purgeLetters(before: time) }
    }
}
