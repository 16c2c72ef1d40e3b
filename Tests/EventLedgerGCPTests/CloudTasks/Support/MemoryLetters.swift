import EventLedger

@testable import EventLedgerGCP

/// The dead letters beside the tasks of a ``MemoryTaskDatabase``.
struct MemoryLetters: DeadLetterStore {
    let database: MemoryTaskDatabase
    let clock: any LedgerClock
    let signal: CommitSignal

    func record(_ letter: DeadLetter) async throws {
        let path = FirestoreDeadLetters.path(of: letter.id, root: PushedLedger.root)
        try await database.change([path]) { workspace in
            try FirestoreDeadLetters.record(letter, root: PushedLedger.root, in: &workspace)
        }
    }

    func letters(
        _ query: DeadLetterQuery, limit: Int, from cursor: DeadLetterCursor?
    ) async throws -> DeadLetterPage {
        let letters = try database.documents(in: "/deadLetters/").map { try StoredDeadLetter.read($0.fields) }
            .filter { query.matches($0) }
            .sorted { $0.lastFailedAt > $1.lastFailedAt }
        return DeadLetterPage(letters: Array(letters.prefix(limit)), next: nil)
    }

    func letter(_ id: DeadLetterID) async throws -> DeadLetter? {
        let path = FirestoreDeadLetters.path(of: id, root: PushedLedger.root)
        return try database.documents(in: path).first.map { try StoredDeadLetter.read($0.fields) }
    }

    func retry(_ id: DeadLetterID, by actor: String, note: String) async throws -> Bool {
        let root = PushedLedger.root, now = clock.now
        let isRetried = try await database.change([FirestoreDeadLetters.path(of: id, root: root)]) { workspace in
            try FirestoreDeadLetters.retry(id, by: actor, note: note, at: now, root: root, in: &workspace)
        }
        signal.signal()
        return isRetried
    }

    func resolve(_ id: DeadLetterID, by actor: String, note: String) async throws -> Bool { false }
    func purge(before time: Timestamp) async throws -> Int { 0 }
}
