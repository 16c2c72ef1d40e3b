import EventLedger
import EventLedgerInMemory
import Synchronization

/// A store that is away: the calls that it does not answer.
final class Outage: Sendable {
    private struct State {
        var refused = 0
        var lost = 0
    }

    private let state = Mutex(State())

    /// How many calls are still to fail.
    var remaining: Int { state.withLock { $0.refused + $0.lost } }

    /// Lets the next calls fail without being heard.
    func refuse(_ count: Int) { state.withLock { $0.refused = count } }

    /// Lets the next writes be done and their answers be lost.
    func loseAnswers(_ count: Int) { state.withLock { $0.lost = count } }

    func ask() throws {
        let isAway = state.withLock { state in
            guard state.refused > 0 else { return false }
            state.refused -= 1
            return true
        }
        if isAway { throw LedgerError(.unavailable, "Not now.") }
    }

    func answer() throws {
        let isLost = state.withLock { state in
            guard state.lost > 0 else { return false }
            state.lost -= 1
            return true
        }
        if isLost { throw LedgerError(.timeout, "No answer came.") }
    }
}

/// A ledger that is away for a number of calls, reading and writing alike.
struct OutageLedger: LeasingLedger {
    let base: InMemoryLedger
    let outage: Outage

    var clock: any LedgerClock { base.clock }
    var documents: any DocumentStore { OutageDocuments(base: base.documents, outage: outage) }
    var leasedTasks: any LeasedTaskQueue { base.leasedTasks }
    var deadLetters: any DeadLetterStore { OutageLetters(base: base.deadLetters, outage: outage) }

    func commit(_ commit: Commit) async throws -> Receipt {
        try outage.ask()
        return try await base.commit(commit)
    }

    func page(_ selection: EventSelection) async throws -> EventPage {
        try outage.ask()
        return try await base.page(selection)
    }

    func head() async throws -> Checkpoint {
        try outage.ask()
        return try await base.head()
    }

    func waitForEvents(after checkpoint: Checkpoint) async throws {
        try outage.ask()
        try await base.waitForEvents(after: checkpoint)
    }
}

private struct OutageDocuments: DocumentStore {
    let base: any DocumentStore
    let outage: Outage

    func documents(_ keys: [DocumentKey]) async throws -> [Document] {
        try outage.ask()
        return try await base.documents(keys)
    }

    func page(_ query: DocumentQuery) async throws -> DocumentPage {
        try outage.ask()
        return try await base.page(query)
    }

    func collections() async throws -> [CollectionSummary] {
        try outage.ask()
        return try await base.collections()
    }

    func write(_ batch: DocumentBatch) async throws {
        try outage.ask()
        try await base.write(batch)
        try outage.answer()
    }
}

private struct OutageLetters: DeadLetterStore {
    let base: any DeadLetterStore
    let outage: Outage

    func record(_ letter: DeadLetter) async throws {
        try outage.ask()
        try await base.record(letter)
    }

    func letters(_ query: DeadLetterQuery, limit: Int, from cursor: DeadLetterCursor?) async throws -> DeadLetterPage {
        try outage.ask()
        return try await base.letters(query, limit: limit, from: cursor)
    }

    func letter(_ id: DeadLetterID) async throws -> DeadLetter? {
        try outage.ask()
        return try await base.letter(id)
    }

    func retry(_ id: DeadLetterID, by actor: String, note: String) async throws -> Bool {
        try outage.ask()
        return try await base.retry(id, by: actor, note: note)
    }

    func resolve(_ id: DeadLetterID, by actor: String, note: String) async throws -> Bool {
        try outage.ask()
        return try await base.resolve(id, by: actor, note: note)
    }

    func purge(before time: Timestamp) async throws -> Int {
        try outage.ask()
        return try await base.purge(before: time)
    }
}
