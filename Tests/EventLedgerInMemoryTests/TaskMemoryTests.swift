import EventLedger
import EventLedgerInMemory
import Testing

/// How long names are remembered, and what becomes of them then.
struct TaskMemoryTests {
    let clock = StepClock()
    let ledger: InMemoryLedger

    init() { ledger = InMemoryLedger(clock: clock) }

    private func enqueue(_ payload: String = "{}") async throws -> EnqueuedTask? {
        let task = NewTask(kind: "work", payload: try JSONText(payload), named: "t", in: "q")
        return try await ledger.tasks.enqueue([task]).first
    }

    private func lease() async throws -> TaskLease? {
        try await ledger.leasedTasks.lease(from: ["q"], limit: 1, for: .seconds(10), worker: "w").first?.lease
    }

    @Test func aForgottenNameRunsAgainAsAnotherGeneration() async throws {
        try await ledger.tasks.configure("q", QueueConfiguration(nameRetention: .seconds(60)))
        _ = try await enqueue()
        let lease = try #require(try await self.lease())
        _ = try await ledger.commit { $0.complete(lease) }
        clock.step(.seconds(59))
        #expect(try await enqueue()?.isDuplicate == true)
        clock.step(.seconds(1))
        let again = try #require(try await enqueue())
        #expect(!again.isDuplicate)
        // With the same generation, the commit that its handler derives from it would be taken for the first one's.
        #expect(again.key.generation == 2)
    }

    @Test func aLetterIsRetriedAlthoughItsNameRunsAgain() async throws {
        try await ledger.tasks.configure("q", QueueConfiguration(nameRetention: .zero))
        _ = try await enqueue("1")
        let lease = try #require(try await self.lease())
        let failure = TaskFailure(errorType: "Test", message: "broken")
        #expect(try await ledger.leasedTasks.settle(lease, .discarded(failure)) == .dead)
        _ = try await enqueue("2")
        let page = try await ledger.deadLetters.letters(DeadLetterQuery(), limit: 10, from: nil)
        let letter = try #require(page.letters.first)
        #expect(try await ledger.deadLetters.retry(letter.id, by: "ada", note: "fixed"))
        let tasks = try await ledger.leasedTasks.tasks(TaskQuery(queue: "q", states: [.waiting])).tasks
        #expect(tasks.map(\.key.generation) == [2, 3])
        #expect(tasks.map(\.payload.text) == ["2", "1"])
    }

    @Test func timeThatRunsBackwardsDoesNotLengthenALease() async throws {
        _ = try await enqueue()
        let lease = try #require(try await self.lease())
        clock.step(.seconds(-3600))
        let extended = try await ledger.leasedTasks.extend(lease, for: .seconds(20))
        #expect(extended.expiresAt == lease.expiresAt + .seconds(10))
    }
}
