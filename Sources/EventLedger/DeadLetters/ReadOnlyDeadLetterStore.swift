/// Dead letters that can be read, not recorded and not decided on.
struct ReadOnlyDeadLetterStore: DeadLetterStore {
    private let base: Hidden<any DeadLetterStore>

    init(_ base: any DeadLetterStore) { self.base = Hidden(base) }

    func letters(_ query: DeadLetterQuery, limit: Int, from cursor: DeadLetterCursor?) async throws -> DeadLetterPage {
        try await base.value.letters(query, limit: limit, from: cursor)
    }

    func letter(_ id: DeadLetterID) async throws -> DeadLetter? { try await base.value.letter(id) }

    func record(_ letter: DeadLetter) async throws { throw LedgerError.outsideScope("recording dead letters") }

    func retry(_ id: DeadLetterID, by actor: String, note: String) async throws -> Bool {
        throw LedgerError.outsideScope("retrying dead letters")
    }

    func resolve(_ id: DeadLetterID, by actor: String, note: String) async throws -> Bool {
        throw LedgerError.outsideScope("resolving dead letters")
    }

    func purge(before time: Timestamp) async throws -> Int { throw LedgerError.outsideScope("purging dead letters") }
}
