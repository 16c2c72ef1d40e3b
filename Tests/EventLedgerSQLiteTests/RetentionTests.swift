import EventLedger
import EventLedgerSQLite
import EventLedgerTesting
import TestSupport
import Testing

@Suite("Commit ids whose time is over") struct RetentionTests {
    private let folder: TemporaryFolder
    private let clock = TestClock()

    init() throws { folder = try TemporaryFolder() }

    private func open() async throws -> SQLiteLedger {
        try await SQLiteLedger.open(
            folder.file(), options: SQLiteLedgerOptions(clock: clock, commitRetention: .seconds(60)))
    }

    @Test(arguments: [EventLedger.Expectation.any, .newStream])
    func eventsAreStillRecognised(_ expectation: EventLedger.Expectation) async throws {
        let ledger = try await open()
        var commit = Commit(id: "digest")
        try commit.append(DigestCreated(user: "ada", papers: 20), to: "digest-ada", expecting: expectation)
        var receipt = try await ledger.commit(commit)
        clock.advance(by: .seconds(61))
        receipt.isDuplicate = true
        let repeated = try await ledger.commit(commit)
        #expect(repeated == receipt)
        #expect(try await ledger.all().count == 1)
        await ledger.close()
    }

    @Test func forgottenEventsBringTheIDTheyAreSentWith() async throws {
        let ledger = try await open()
        var original = Commit(id: "digest")
        try original.append(DigestCreated(user: "ada", papers: 20), to: "digest-ada")
        try original.enqueue(SendDigest(user: "ada"), named: "ada", in: "letters")
        try await ledger.commit(original)
        var renamed = Commit(id: "renamed")
        renamed.append(contentsOf: original.appends.flatMap(\.events), to: "digest-ada")
        #expect(try await ledger.commit(renamed).commitID == "digest")
        #expect(try await ledger.commit(renamed).tasks.count == 1)
        // Its time is over, but nobody has removed it yet.
        clock.advance(by: .seconds(60))
        let again = try await ledger.commit(renamed)
        #expect(again.isDuplicate)
        #expect(again.commitID == "renamed")
        #expect(again.tasks.isEmpty)
        await ledger.close()
    }

    @Test func documentsAloneAreWrittenAgain() async throws {
        let ledger = try await open()
        var commit = Commit(id: "note")
        try commit.put(Note(id: "ada", text: "hello"))
        try await ledger.commit(commit)
        #expect(try await ledger.commit(commit).isDuplicate)
        clock.advance(by: .seconds(61))
        #expect(try await !ledger.commit(commit).isDuplicate)
        #expect(try await ledger.documents.document(DocumentKey(Note.collection, "ada"))?.version == 2)
        await ledger.close()
    }

    @Test func aRefusalIsToldAndNotTakenForARepetition() async throws {
        let ledger = try await open()
        var commit = Commit(id: "note")
        try commit.put(Note(id: "ada", text: "hello"), if: .absent)
        try await ledger.commit(commit)
        clock.advance(by: .seconds(61))
        let repeated = commit
        #expect(await code { try await ledger.commit(repeated) } == .conflict)
        await ledger.close()
    }

    @Test func aLeaseOnATaskThatIsForgottenHoldsNoneOfTheSameName() async throws {
        let ledger = try await open()
        let queue = ledger.leasedTasks
        try await queue.configure("letters", QueueConfiguration(nameRetention: .seconds(60)))
        let task = NewTask(kind: "send", payload: .emptyObject, named: "ada", in: "letters")
        try await queue.enqueue([task])
        let first = try #require(try await leaseOne(from: queue))
        var commit = Commit()
        commit.complete(first)
        try await ledger.commit(commit)
        clock.advance(by: .seconds(61))
        // Looking for tasks removes what need not be remembered.
        #expect(try await leaseOne(from: queue) == nil)
        try await queue.enqueue([task])
        let second = try #require(try await leaseOne(from: queue))
        #expect(second.key == first.key)
        let stale = TaskLease(key: first.key, fencingToken: first.fencingToken, expiresAt: second.expiresAt)
        #expect(await code { try await queue.settle(stale, .released) } == .leaseLost)
        #expect(try await queue.settle(second, .released) == .waiting)
        await ledger.close()
    }

    private func leaseOne(from queue: any LeasedTaskQueue) async throws -> TaskLease? {
        try await queue.lease(from: ["letters"], limit: 1, for: .seconds(30), worker: "w").first?.lease
    }
}
