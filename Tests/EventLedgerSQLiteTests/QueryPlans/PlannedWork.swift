import EventLedger
import EventLedgerTesting
import TestSupport

@testable import EventLedgerSQLite

/// A ledger that was made to run every kind of statement, and the plans of what it ran.
///
/// A connection forgets its statements when it has met very many, so plans are noted after each kind of work.
struct PlannedWork {
    let ledger: SQLiteLedger
    private let importing: SQLiteLedger
    let clock: TestClock

    /// Opens ledgers in a folder and does the work.
    static func done(in folder: TemporaryFolder) async throws -> PlannedWork {
        let clock = TestClock()
        let options = SQLiteLedgerOptions(clock: clock, commitRetention: .seconds(60), readers: 1)
        let work = PlannedWork(
            ledger: try await SQLiteLedger.open(folder.file(), options: options),
            importing: try await SQLiteLedger.open(folder.file("copy.sqlite"), options: options), clock: clock
        )
        try await work.commitEvents()
        try await work.repeatCommits()
        try await work.readEvents()
        try await work.changeDocuments()
        try await work.workOffTasks()
        try await work.listTasks()
        try await work.decideOnDeadLetters()
        try await work.importing.importEvents(try await work.ledger.all())
        _ = try await work.ledger.statistics()
        return work
    }

    func queryPlans() async throws -> Set<QueryPlan> {
        try await ledger.queryPlans().union(try await importing.queryPlans())
    }

    func close() async {
        await ledger.close()
        await importing.close()
    }

    private func commitEvents() async throws {
        for number in 0..<12 {
            try await ledger.commit(id: CommitID("work-\(number)")) {
                let event = NewEvent(
                    type: EventType("work.\(number % 3)"), data: JSONText(["number": .integer(Int64(number))]),
                    tags: ["all", EventTag("odd:\(number % 2)")], id: EventID("event-\(number)")
                )
                $0.append(contentsOf: [event], to: StreamName("work-\(number % 4)"))
                try $0.enqueue(SendDigest(user: "u\(number)"), named: TaskName("u\(number)"), in: "committed")
            }
        }
        // Expectations of a stream that the writer does not know yet are asked of the file.
        _ = await code {
            try await ledger.commit { $0.append(contentsOf: [] as [NewEvent], to: "none-1", expecting: .existing) }
        }
        for query in Self.queries {
            _ = await code { try await ledger.commit { $0.require(nothingMatching: query, after: 0) } }
        }
    }

    private static let queries = [
        EventQuery(types: ["work.0"]), EventQuery(tags: ["all"]), EventQuery(tags: ["all", "odd:1"]),
        EventQuery(types: ["work.0", "work.1"], tags: ["all", "odd:1"]), EventQuery(types: ["work.0", "work.1"]),
        EventQuery(types: ["work.2"]).or(EventQuery(tags: ["all", "odd:0"])),
    ]

    /// The same commit again; the same events under another id; and both when the time of the commit's id is over.
    private func repeatCommits() async throws {
        func commit(_ id: CommitID) -> Commit {
            var commit = Commit(id: id)
            let event = NewEvent(type: "work.again", data: .emptyObject, id: "event-again")
            commit.append(contentsOf: [event], to: "work-again")
            return commit
        }
        for id: CommitID in ["again", "again", "other"] { try await ledger.commit(commit(id)) }
        clock.advance(by: .seconds(61))
        for id: CommitID in ["again", "another"] { try await ledger.commit(commit(id)) }
        // A purge goes with the first commit of a ledger that is opened, and finds what is old.
        _ = try await ledger.writer.write { try $0.purgeOldCommits() }
        try await ledger.commit(commit("third"))
    }

    private func readEvents() async throws {
        var selections: [EventSelection] = [.all, .category("work"), .stream("work-1")]
        selections += Self.queries.map { .query($0) }
        for selection in selections {
            _ = try await ledger.all(selection)
            _ = try await ledger.all(selection.backwards)
            _ = try await ledger.all(selection.after(3).through(9).limit(2))
        }
        _ = try await ledger.all(.all.since(TestClock.start).until(clock.now))
        _ = try await ledger.head()
    }

    private func changeDocuments() async throws {
        let documents = ledger.documents
        for number in 0..<5 { try await documents.write([try .put(Note(id: "note-\(number)", text: "here"))]) }
        try await documents.write([.delete(DocumentKey(Note.collection, "note-4"))])
        _ = try await documents.get(Note.self, id: "note-1")
        for try await _ in documents.all(DocumentQuery(Note.collection, limit: 2)) {}
        for try await _ in documents.all(
            DocumentQuery(Note.collection, orderedBy: DocumentQuery.Order("text"), limit: 2))
        {}
        _ = try await documents.collections()
    }

    private func workOffTasks() async throws {
        let tasks = ledger.leasedTasks, queue: QueueName = "work"
        let patience = RetryPolicy(maxAttempts: 2)
        for number in 0..<8 {
            try await tasks.enqueue(
                SendDigest(user: "u\(number)"), named: TaskName("u\(number)"), in: queue, retry: patience)
        }
        try await tasks.configure(queue, QueueConfiguration(concurrentDispatches: 6, nameRetention: .zero))
        let leased = try await tasks.lease(from: [queue], limit: 6, for: .seconds(30), worker: "w")
        try await ledger.commit { $0.complete(leased[0].lease) }
        _ = try await tasks.extend(leased[1].lease, for: .seconds(40))
        let failure = TaskFailure(errorType: "Refused", message: "no")
        try await tasks.settle(leased[1].lease, .failed(failure))
        try await tasks.settle(leased[2].lease, .discarded(failure))
        try await tasks.settle(leased[3].lease, .released)
        try await tasks.cancel("u7", in: queue)
        _ = try await tasks.outlook(for: [queue])
        // The leases that are left run out, and what has ended is forgotten.
        clock.advance(by: .seconds(3600))
        _ = try await tasks.lease(from: [queue], limit: 1, for: .seconds(30), worker: "w")
        try await tasks.pause(queue)
        try await tasks.resume(queue)
    }

    private func listTasks() async throws {
        let tasks = ledger.leasedTasks
        for query in [
            TaskQuery(limit: 3), TaskQuery(queue: "committed", limit: 3), TaskQuery(states: [.waiting, .dead]),
        ] {
            var query = query
            repeat {
                let page = try await tasks.tasks(query)
                query.cursor = page.next
            } while query.cursor != nil
        }
        _ = try await tasks.statistics()
        _ = try await tasks.configuration(of: "work")
    }

    private func decideOnDeadLetters() async throws {
        let letters = ledger.deadLetters
        let tasks = ledger.leasedTasks
        try await tasks.enqueue(SendDigest(user: "lost"), named: "lost", in: "letters")
        try await tasks.enqueue(SendDigest(user: "gone"), named: "gone", in: "letters")
        for task in try await tasks.lease(from: ["letters"], limit: 2, for: .seconds(30), worker: "w") {
            try await tasks.settle(task.lease, .discarded(TaskFailure(errorType: "Refused", message: "no")))
        }
        let query = DeadLetterQuery(
            kind: .task, origin: "letters", type: SendDigest.kind.rawValue, state: .open, since: TestClock.start,
            until: .distantFuture
        )
        var cursor: DeadLetterCursor?
        repeat { cursor = try await letters.letters(query, limit: 1, from: cursor).next } while cursor != nil
        repeat {
            cursor = try await letters.letters(DeadLetterQuery(), limit: 1, from: cursor).next
        } while cursor != nil
        let open = try await letters.letters(query)
        _ = try await letters.letter(open[0].id)
        try await letters.retry(open[0].id, by: "ada", note: "again")
        try await letters.resolve(open[1].id, by: "ada", note: "enough")
        try await letters.purge(before: clock.now + .seconds(1))
    }
}
