public import EventLedger

/// The dead letters of a ledger file.
public struct SQLiteDeadLetterStore: DeadLetterStore {
    let writer: CommitWriter
    let readers: ReaderPool

    public func record(_ letter: DeadLetter) async throws {
        try letter.validate()
        try await writer.write { try $0.record(letter) }
    }

    public func letters(
        _ query: DeadLetterQuery, limit: Int, from cursor: DeadLetterCursor?
    ) async throws -> DeadLetterPage {
        guard (1...1000).contains(limit) else {
            throw LedgerError(.invalidValue, "A page of \(limit) dead letters was asked for; 1 to 1,000 are possible.")
        }
        return try await readers.read { try $0.letters(query, limit: limit, from: cursor) }
    }

    public func letter(_ id: DeadLetterID) async throws -> DeadLetter? {
        try await readers.read { try $0.connection.deadLetter(id) }
    }

    @discardableResult
    public func retry(_ id: DeadLetterID, by actor: String, note: String) async throws -> Bool {
        try await writer.write { try $0.retry(id, by: actor, note: note) }
    }

    @discardableResult
    public func resolve(_ id: DeadLetterID, by actor: String, note: String) async throws -> Bool {
        try await writer.write { try $0.resolve(id, by: actor, note: note) }
    }

    @discardableResult
    public func purge(before time: Timestamp) async throws -> Int {
        var total = 0
        while true {
            let count = try await writer.write { try $0.purgeDeadLetters(before: time) }
            if count == 0 { return total }
            total += count
        }
    }
}
