import EventLedger
import Synchronization

/// Makes commits that leave a trace in every part of a ledger, and remembers which of them were acknowledged.
///
/// ``LedgerAudit`` compares a ledger with the record, whatever happened to the ledger meanwhile. Commits may be made
/// concurrently.
final class AcknowledgedWork: Sendable {
    /// The queue that all tasks are enqueued in.
    static let queue: QueueName = "work"
    /// How many tallies take turns.
    static let tallies = 2

    /// A commit, and what became of it.
    struct Item: Sendable {
        /// Counts from 1, in the order in which the commits were begun.
        let number: Int
        let commit: Commit
        /// When it was sent first. The clock is the record's own: it ticks with every entry.
        let begunAt: Int
        /// When its first receipt was there.
        var acknowledgedAt: Int?
        var receipt: Receipt?
    }

    private struct State {
        var items: [Item] = []
        var lastNumber = 0
        var time = 0

        mutating func tick() -> Int {
            time += 1
            return time
        }
    }

    private let state = Mutex(State())

    /// All commits that were begun, acknowledged or not, by number.
    var items: [Item] { state.withLock { $0.items } }

    /// Makes the next commit, and notes its receipt.
    ///
    /// - Parameters:
    ///   - lease: The task that is done with it.
    ///   - ledger: The ledger.
    /// - Returns: The commit's number.
    /// - Throws: What the ledger throws; the commit may or may not have been made then, see ``retry(_:in:)``.
    @discardableResult
    func commit(completing lease: TaskLease? = nil, in ledger: any Ledger) async throws -> Int {
        let item = try state.withLock { state in
            state.lastNumber += 1
            let number = state.lastNumber
            let item = Item(
                number: number, commit: try Self.commit(number, completing: lease), begunAt: state.tick()
            )
            state.items.append(item)
            return item
        }
        note(try await ledger.commit(item.commit), of: item.number)
        return item.number
    }

    /// Sends a commit again, as it was.
    ///
    /// - Returns: Whether the ledger knew it already.
    func retry(_ item: Item, in ledger: any Ledger) async throws -> Bool {
        let receipt = try await ledger.commit(item.commit)
        note(receipt, of: item.number)
        return receipt.isDuplicate
    }

    /// Strikes commits from the record that a power cut may take although they were acknowledged.
    func forget(_ numbers: Set<Int>) {
        state.withLock { state in state.items.removeAll { numbers.contains($0.number) } }
    }

    private func note(_ receipt: Receipt, of number: Int) {
        state.withLock { state in
            guard let index = state.items.firstIndex(where: { $0.number == number }) else { return }
            let time = state.tick()
            if state.items[index].receipt == nil {
                state.items[index].receipt = receipt
                state.items[index].acknowledgedAt = time
            }
        }
    }
}

// What a commit consists of; it is decided by its number.
extension AcknowledgedWork {
    static func noteKey(_ number: Int) -> DocumentKey { DocumentKey(WorkNote.collection, DocumentID("note-\(number)")) }
    static func tallyID(_ number: Int) -> String { "tally-\(number % tallies)" }
    static func taskName(_ number: Int) -> TaskName { TaskName("task-\(number)") }
    static func letterID(_ number: Int) -> DeadLetterID { DeadLetterID("letter-\(number)") }
    /// Whether the commit records a dead letter.
    static func recordsLetter(_ number: Int) -> Bool { number % 4 == 0 }

    private static func commit(_ number: Int, completing lease: TaskLease?) throws -> Commit {
        var commit = Commit(id: CommitID("work-\(number)"))
        let filling = String(repeating: "x", count: number % 5 == 0 ? 9_000 : 120)
        let events = try (0...(number % 3)).map { part in
            let event = WorkDone(item: number, part: part, owner: "owner-\(number % 4)", filling: filling)
            return try NewEvent(event, id: EventID("work-\(number)-\(part)"))
        }
        commit.append(contentsOf: events.dropLast(), to: "work-\(number % 3)")
        commit.append(contentsOf: events.suffix(1), to: "item-\(number)", expecting: .newStream)
        try commit.put(WorkNote(id: noteKey(number).id.rawValue, item: number), if: .absent)
        try commit.put(WorkTally(id: tallyID(number), last: number))
        try commit.enqueue(WorkTask(item: number), named: taskName(number), in: queue)
        if recordsLetter(number) { commit.record(letter(number)) }
        if let lease { commit.complete(lease) }
        return commit
    }

    private static func letter(_ number: Int) -> DeadLetter {
        let time = Timestamp(microseconds: 1_767_600_000_000_000)
        return DeadLetter(
            id: letterID(number),
            source: .event(position: 1, stream: StreamName("item-\(number)"), consumer: "work"),
            type: WorkDone.eventType.rawValue, payload: .emptyObject,
            failure: TaskFailure(errorType: "Refused", message: "It was refused."), attempts: 1, firstFailedAt: time,
            lastFailedAt: time
        )
    }
}
