#if canImport(Testing)
public import EventLedger
import Testing

/// What a `Ledger` owes beyond its parts: that one commit makes events, documents, tasks and dead letters true together. The
/// numbers are those of `EventStore`.
///
/// ```swift
/// @Test(arguments: LedgerConformance.obligations)
/// func ledger(_ obligation: LedgerConformance.Obligation) async throws {
///     try await obligation.check { clock in try await makeLedger(clock) }
/// }
/// ```
public enum LedgerConformance {
    /// An obligation of a ledger.
    public typealias Obligation = ConformanceObligation<any Ledger>
    typealias Run = ConformanceRun<any Ledger>

    /// All obligations.
    public static let obligations: [Obligation] = [
        Obligation(1, "Events, documents, tasks and dead letters become true together", allPartsTogether),
        Obligation(1, "Whatever part is refused, nothing of the commit is written", anyPartRefusesAll),
        Obligation(1, "The writes of a commit are made in order", documentsInOrder),
        Obligation(2, "All parts are there after opening again", needs: [.reopening], allPartsDurable),
        Obligation(4, "Of concurrent commits with one document's condition exactly one wins", oneWinnerPerDocument),
        Obligation(5, "The documents and tasks of a duplicate are not applied again", duplicateIsNotApplied),
        Obligation(5, "A duplicate's receipt says what became of its tasks", duplicateTells),
        Obligation(6, "A commit reports known names, and enqueues them once", taskNames),
        Obligation(6, "A committed task can be leased, with the trace of its commit", needs: [.leases], taskHeaders),
        Obligation(7, "The limits of a commit count all its parts", limits),
        Obligation(15, "A commit without events returns the head", withoutEvents),
    ]

    static func key(_ id: String) -> DocumentKey { DocumentKey("papers", DocumentID(id)) }

    static func task(_ name: String, payload: JSONText = .emptyObject) -> NewTask {
        NewTask(kind: "test.task", payload: payload, named: TaskName(name), in: "work")
    }

    /// A commit with one of each.
    static func everything(_ name: String) -> Commit {
        var commit = Commit(id: CommitID("commit-\(name)"))
        commit.append(contentsOf: [note(1)], to: StreamName("s-\(name)"), expecting: .newStream)
        commit.write(.put(key(name), ["n": 1], if: .absent))
        commit.enqueue(task(name))
        commit.record(DeadLetterStoreConformance.letter(name))
        return commit
    }

    /// How many events, documents, dead letters and, by name, tasks there are.
    static func expectParts(
        _ count: Int, in ledger: any Ledger, _ what: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let head = try await ledger.headPosition()
        #expect(head.rawValue == Int64(count), "events: \(what)", sourceLocation: sourceLocation)
        let documents = try await ledger.documents.collect(DocumentQuery("papers"))
        #expect(documents.count == count, "documents: \(what)", sourceLocation: sourceLocation)
        let letters = try await DeadLetterStoreConformance.collect(from: ledger.deadLetters)
        #expect(letters.count == count, "dead letters: \(what)", sourceLocation: sourceLocation)
        if let leasing = ledger as? any LeasingLedger {
            let tasks = try await leasing.leasedTasks.tasks(TaskQuery(queue: "work", limit: 1000)).tasks
            #expect(tasks.count == count, "tasks: \(what)", sourceLocation: sourceLocation)
        }
    }
}
#endif
