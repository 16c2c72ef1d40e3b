import EventLedger
import EventLedgerInMemory
import Testing

@Suite("A scoped ledger")
struct ScopedLedgerTests {
    private let ledger = InMemoryLedger(clock: SystemClock())
    private let scope = Scope(
        collections: ["summaries"], eventTypes: ["agent.acted"], streams: ["audit-1"], categories: ["agent"],
        queues: ["mail"]
    )
    private var scoped: ScopedLedger { ledger.scoped(to: scope) }

    private func event(_ type: EventType = "agent.acted") -> NewEvent { NewEvent(type: type, data: .emptyObject) }

    private func refused(_ names: String..., by body: () async throws -> Void) async throws {
        do {
            try await body()
            Issue.record("It was not refused.")
        } catch let error as LedgerError {
            #expect(error.code == .forbidden)
            for name in names { #expect(error.message.contains(name)) }
        }
        #expect(try await ledger.head() == .start)
    }

    @Test("What is in the scope is committed")
    func allowed() async throws {
        var commit = Commit()
        commit.append(contentsOf: [event()], to: "agent-7")
        commit.append(contentsOf: [event()], to: "audit-1")
        commit.write(.put(DocumentKey("summaries", "1"), ["text": "short"]))
        commit.enqueue(NewTask(kind: "send", payload: .emptyObject, named: "1", in: "mail"))
        let receipt = try await scoped.commit(commit)
        #expect(receipt.position == 2)
        #expect(try await scoped.documents.document(DocumentKey("summaries", "1")) != nil)
        #expect(try await scoped.page(.stream("agent-7")).events.count == 1)
    }

    @Test("What is outside is refused by name, and nothing is written")
    func outside() async throws {
        var commit = Commit()
        commit.append(contentsOf: [event(), event("user.deleted")], to: "user-1")
        commit.write(.put(DocumentKey("papers", "1"), [:]))
        commit.enqueue(NewTask(kind: "send", payload: .emptyObject, in: "other"))
        try await refused("'user-1'", "'user.deleted'", "'papers'", "'other'") { _ = try await scoped.commit(commit) }

        var completion = Commit()
        completion.complete(
            TaskLease(key: TaskKey(queue: "other", name: "1"), fencingToken: 1, expiresAt: .distantFuture)
        )
        try await refused("'other'") { _ = try await scoped.commit(completion) }

        let lease = TaskLease(key: TaskKey(queue: "other", name: "1"), fencingToken: 1, expiresAt: .distantFuture)
        try await refused("derived") { _ = try await scoped.commit(Commit(id: lease.commitID)) }

        var letters = Commit()
        letters.record(.example())
        try await refused("dead letters") { _ = try await scoped.commit(letters) }
    }

    @Test("A reserved collection is refused even where the scope names it")
    func reserved() async throws {
        let wide = ledger.scoped(to: Scope(collections: ["_collections", "papers@1"]))
        for name: CollectionName in ["_collections", "papers@1"] {
            let write = DocumentWrite.put(DocumentKey(name, "1"), [:])
            var commit = Commit()
            commit.write(write)
            try await refused(name.rawValue) { _ = try await wide.commit(commit) }
            try await refused(name.rawValue) { try await wide.documents.write([write]) }
        }
    }

    @Test("Documents outside and authors are refused")
    func documents() async throws {
        try await refused("'papers'") { try await scoped.documents.write([.put(DocumentKey("papers", "1"), [:])]) }
        try await refused("'digests'") {
            try await scoped.documents.write(
                DocumentBatch([.put(DocumentKey("summaries", "1"), [:])], author: "digests")
            )
        }
        try await scoped.documents.write([.put(DocumentKey("summaries", "1"), [:])])
    }

    @Test("Queues are restricted, and are not managed")
    func tasks() async throws {
        let tasks = scoped.tasks
        try await tasks.enqueue([NewTask(kind: "send", payload: .emptyObject, named: "1", in: "mail")])
        #expect(try await tasks.cancel("1", in: "mail"))
        try await refused("'other'") {
            try await tasks.enqueue([NewTask(kind: "send", payload: .emptyObject, in: "other")])
        }
        try await refused("'other'") { try await tasks.cancel("1", in: "other") }
        try await refused("pausing") { try await tasks.pause("mail") }
        try await refused("resuming") { try await tasks.resume("mail") }
        try await refused("configuring") { try await tasks.configure("mail", QueueConfiguration()) }
    }

    @Test("Dead letters are read and not decided on")
    func deadLetters() async throws {
        let letter = DeadLetter.example()
        try await ledger.deadLetters.record(letter)
        let letters = scoped.deadLetters
        #expect(try await letters.letter(letter.id)?.id == letter.id)
        try await refused("recording") { try await letters.record(letter) }
        try await refused("retrying") { try await letters.retry(letter.id, by: "agent", note: "") }
        try await refused("resolving") { try await letters.resolve(letter.id, by: "agent", note: "") }
        try await refused("purging") { try await letters.purge(before: .distantFuture) }
    }

    @Test("Scoping twice allows only what both scopes allow")
    func twice() async throws {
        let narrow = ledger.scoped(to: Scope(collections: ["summaries"])).scoped(to: scope)
        try await refused("'agent-7'") {
            _ = try await narrow.commit { $0.append(contentsOf: [event()], to: "agent-7") }
        }
    }

    @Test("The base is not shown")
    func hidden() {
        let holders: [Any] = [scoped, scoped.documents, scoped.tasks, scoped.deadLetters]
        for holder in holders {
            var text = "\(holder) \(String(reflecting: holder))"
            dump(holder, to: &text)
            #expect(!text.contains("InMemory"))
        }
    }
}

extension DeadLetter {
    static func example(_ id: DeadLetterID = "letter-1", payload: String = #"{"secret":"payload"}"#) -> DeadLetter {
        DeadLetter(
            id: id, source: .task(TaskKey(queue: "mail", name: "1")), type: "send",
            payload: JSONText(stored: Array(payload.utf8)),
            failure: TaskFailure(errorType: "SendError", message: "no route <here>"), attempts: 3,
            firstFailedAt: Timestamp(microseconds: 1), lastFailedAt: Timestamp(microseconds: 2)
        )
    }
}
