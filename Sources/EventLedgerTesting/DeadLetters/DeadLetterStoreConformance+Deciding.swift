#if canImport(Testing)
import EventLedger
import Testing

extension DeadLetterStoreConformance {
    static let listing: [Obligation] = [
        Obligation(5, "Every query answers as the model does, page after page", everyQuery),
        Obligation(5, "Pages neither repeat nor leave out a letter among ties", pagesWithTies),
    ]

    static let deciding: [Obligation] = [
        Obligation(6, "Retrying an event's letter marks it", retryEvent),
        Obligation(6, "A letter that nobody takes up is not retried", retryInVain),
        Obligation(6, "Retrying a task's letter enqueues it as the next generation", needs: [.leases], retryTask),
        Obligation(6, "Of concurrent retries of one letter exactly one enqueues", needs: [.leases], retryRaced),
        Obligation(6, "All letters of a query are retried, and no others", needs: [.leases], retryAll),
        Obligation(6, "What is unknown cannot be decided on", unknownLetter),
        Obligation(7, "Resolving keeps who, when and why", resolve),
        Obligation(8, "Purging removes what is decided and old", purge),
    ]

    private static func everyQuery(_ run: Run) async throws {
        let store = run.subject.deadLetters
        let origins = ["work", "papers@1", "caf\u{E9}", "cafe\u{301}", "Work"], types = ["a", "b", "A", "a%"]
        let texts = ["it broke", "IT BROKE", "100% of it_", "caf\u{E9}", "cafe\u{301}", "\u{1F600}", "back\\slash"]
        var generator = run.generator
        for number in 0..<60 {
            let sent = letter(
                "l-\(number)", ofTask: number.isMultiple(of: 2), origin: origins[number % 5], type: types[number % 4],
                payload: try JSONText(#"{"n":\#(number),"p":"\#(number % 3 == 0 ? "needle" : "hay")"}"#),
                error: texts[number % 7], seconds: Int.random(in: 0..<20, using: &generator)
            )
            try await store.record(sent)
            if number % 5 == 1 { try await store.resolve(sent.id, by: "ada", note: "fine") }
            if number % 10 == 3 { try await store.retry(sent.id, by: "ada", note: "again") }
        }
        let model = try await collect(from: store)
        #expect(model.count == 60)
        let words = [
            "it", "IT", "%", "_", "caf\u{E9}", "e\u{301}", "needle", "TestError", "Test", "\\", "\"n\":4", "",
        ]
        func pick<Value>(_ values: [Value]) -> Value? {
            Int.random(in: 0..<3, using: &generator) > 0
                ? nil : values[Int.random(in: 0..<values.count, using: &generator)]
        }
        for number in 0..<200 {
            var query = DeadLetterQuery()
            query.kind = pick(DeadLetterQuery.Kind.allCases)
            query.origin = pick(origins + ["wor", "unknown"])
            query.type = pick(types + ["%", ""])
            query.state = pick(DeadLetter.State.allCases)
            query.since = pick([0, 5, 10, 15]).map { TestClock.start + .seconds($0) }
            query.until = pick([3, 8, 13, 20]).map { TestClock.start + .seconds($0) }
            query.text = pick(words)
            let limit = Int.random(in: 1...10, using: &generator)
            let chosen = query
            let expected = model.filter { chosen.matches($0) }.map(\.id)
            let found = try await collect(chosen, limit: limit, from: store).map(\.id)
            #expect(found == expected, "query \(number), seed \(run.seed): \(chosen)")
        }
        let times = model.map(\.lastFailedAt)
        let descending: [Timestamp] = times.sorted(by: >)
        #expect(times == descending)
    }

    private static func pagesWithTies(_ run: Run) async throws {
        let store = run.subject.deadLetters
        for number in 0..<20 { try await store.record(letter("l-\(number)", seconds: number % 2)) }
        let odd: [DeadLetterID] = (0..<10).map { DeadLetterID("l-\($0 * 2 + 1)") }.sorted(by: >)
        let even: [DeadLetterID] = (0..<10).map { DeadLetterID("l-\($0 * 2)") }.sorted(by: >)
        let expected = odd + even
        for limit in [1, 3, 10, 20, 21] {
            let found = try await collect(limit: limit, from: store)
            #expect(found.map(\.id) == expected, "limit \(limit)")
        }
        let page = try await store.letters(DeadLetterQuery(), limit: 20, from: nil)
        #expect(page.next == nil)
    }

    private static func retryEvent(_ run: Run) async throws {
        let store = run.subject.deadLetters
        try await store.record(letter("e"))
        run.clock.advance(by: .seconds(9))
        let isRetried = try await store.retry("e", by: "ada", note: "The projection is fixed.")
        #expect(isRetried)
        let found = try await store.letter("e")
        #expect(found?.state == .retried)
        let resolution = DeadLetter.Resolution(actor: "ada", note: "The projection is fixed.", time: run.clock.now)
        #expect(found?.resolution == resolution)
        run.clock.advance(by: .seconds(9))
        let again = try await store.retry("e", by: "bob", note: "once more")
        #expect(!again)
        let untouched = try await store.letter("e")
        #expect(untouched?.resolution == resolution)
    }

    private static func retryInVain(_ run: Run) async throws {
        let store = run.subject.deadLetters
        let refused = letter("refused", origin: "relay/copy", isRetryable: false)
        try await store.record(refused)
        try await store.record(letter("waited for", seconds: 1))
        await expectError(.unsupported, "retried") { try await store.retry("refused", by: "ada", note: "hoping") }
        let untouched = try await store.letter("refused")
        #expect(untouched == refused)
        let result = try await store.retryAll(DeadLetterQuery(), by: "ada", note: "all of them")
        #expect(result.retried == 1)
        #expect(result.left == 1)
        let open = try await collect(DeadLetterQuery(state: .open), from: store)
        #expect(open.map(\.id) == ["refused"])
        try await store.resolve("refused", by: "ada", note: "sent by hand")
        let again = try await store.retry("refused", by: "ada", note: "once more")
        #expect(!again)
    }

    /// The ledger, as one that leases; the obligations that use it need that capability.
    private static func leasing(_ ledger: any Ledger) throws -> any LeasingLedger {
        try #require(ledger as? any LeasingLedger, "the capability 'leases' is claimed")
    }

    /// Makes a dead letter the way it comes to be: a task fails for the last time.
    private static func bury(_ name: TaskName, payload: JSONText, in ledger: any LeasingLedger) async throws
        -> DeadLetter
    {
        try await ledger.enqueue(
            NewTask(
                kind: "test.task", payload: payload, named: name, in: "work", headers: ["h": "x"],
                retry: RetryPolicy(maxAttempts: 1)
            )
        )
        let leased = try await ledger.leaseOne()
        let failure = TaskFailure(errorType: "TestError", message: "broken")
        let state = try await ledger.leasedTasks.settle(leased.lease, .failed(failure))
        #expect(state == .dead)
        let letters = try await collect(DeadLetterQuery(origin: "work", state: .open), from: ledger.deadLetters)
        return try #require(letters.first { $0.source == .task(leased.task.key) })
    }

    private static func retryTask(_ run: Run) async throws {
        let ledger = try leasing(run.subject)
        let payload = try JSONText(#"{"a":1.0,"a":2}"#)
        let dead = try await bury("a", payload: payload, in: ledger)
        run.clock.advance(by: .seconds(5))
        let isRetried = try await ledger.deadLetters.retry(dead.id, by: "ada", note: "fixed")
        #expect(isRetried)
        let marked = try await ledger.deadLetters.letter(dead.id)
        #expect(marked?.state == .retried)
        #expect(marked?.resolution == DeadLetter.Resolution(actor: "ada", note: "fixed", time: run.clock.now))
        let again = try await ledger.deadLetters.retry(dead.id, by: "ada", note: "impatient")
        #expect(!again)
        let leased = try await ledger.lease(10)
        #expect(leased.map(\.task.key) == [TaskKey(queue: "work", name: "a", generation: 2)])
        let task = try #require(leased.first)
        #expect(task.task.payload == payload)
        #expect(task.task.kind == "test.task")
        #expect(task.task.headers == ["h": "x"])
        #expect(task.task.attempts == 1)
        // The policy came along: one attempt, and it is dead again, as a letter of its own.
        let failure = TaskFailure(errorType: "TestError", message: "still broken")
        let state = try await ledger.leasedTasks.settle(task.lease, .failed(failure))
        #expect(state == .dead)
        let letters = try await collect(from: ledger.deadLetters)
        #expect(letters.map(\.state) == [.open, .retried])
        #expect(Set(letters.map(\.id)).count == 2)
        // A letter that is resolved is not open.
        let second = try #require(letters.first)
        try await ledger.deadLetters.resolve(second.id, by: "ada", note: "given up")
        let resolved = try await ledger.deadLetters.retry(second.id, by: "ada", note: "or not")
        #expect(!resolved)
        let none = try await ledger.leasedNames()
        #expect(none.isEmpty)
    }

    private static func retryRaced(_ run: Run) async throws {
        let ledger = try leasing(run.subject)
        let dead = try await bury("a", payload: .emptyObject, in: ledger)
        let outcomes = try await concurrently(16) { index in
            try await ledger.deadLetters.retry(dead.id, by: "person \(index)", note: "now")
        }
        #expect(outcomes.compactMap(\.value).filter { $0 }.count == 1)
        let leased = try await ledger.lease(10)
        #expect(leased.map(\.task.key.generation) == [2])
    }

    private static func retryAll(_ run: Run) async throws {
        let ledger = try leasing(run.subject)
        var ids: [DeadLetterID] = []
        for number in 0..<5 { ids.append(try await bury("t-\(number)", payload: .emptyObject, in: ledger).id) }
        try await ledger.deadLetters.record(letter("event"))
        try await ledger.deadLetters.resolve(ids[4], by: "ada", note: "given up")
        let count = try await ledger.deadLetters.retryAll(
            DeadLetterQuery(kind: .task, origin: "work"), by: "ada", note: "go")
        #expect(count.retried == 4)
        let names = try await ledger.leasedNames()
        #expect(names.sorted() == ["t-0", "t-1", "t-2", "t-3"])
        let open = try await collect(DeadLetterQuery(state: .open), from: ledger.deadLetters)
        #expect(open.map(\.id) == ["event"])
        let rest = try await ledger.deadLetters.retryAll(DeadLetterQuery(origin: "work"), by: "ada", note: "go")
        #expect(rest.retried == 0)
    }

    private static func unknownLetter(_ run: Run) async throws {
        let store = run.subject.deadLetters
        await expectError(.notFound, "retried") { try await store.retry("unknown", by: "ada", note: "") }
        await expectError(.notFound, "resolved") { try await store.resolve("unknown", by: "ada", note: "") }
    }

    private static func resolve(_ run: Run) async throws {
        let store = run.subject.deadLetters
        try await store.record(letter("a"))
        try await store.record(letter("b"))
        run.clock.advance(by: .seconds(3))
        let note = "Known; see caf\u{E9} \u{1F600}\nline 2"
        let first = try await store.resolve("a", by: "ada", note: note)
        #expect(first)
        let resolution = DeadLetter.Resolution(actor: "ada", note: note, time: run.clock.now)
        run.clock.advance(by: .seconds(3))
        let second = try await store.resolve("a", by: "bob", note: "mine")
        #expect(!second)
        let found = try await store.letter("a")
        #expect(found?.state == .resolved)
        #expect(found?.resolution == resolution)
        // One that was sent back can still be settled.
        try await store.retry("b", by: "ada", note: "again")
        let settled = try await store.resolve("b", by: "bob", note: "no need")
        #expect(settled)
        let other = try await store.letter("b")
        #expect(other?.state == .resolved)
        #expect(other?.resolution?.actor == "bob")
    }

    private static func purge(_ run: Run) async throws {
        let store = run.subject.deadLetters
        for (index, id) in ["open", "retried", "resolved", "young", "edge"].enumerated() {
            try await store.record(letter(id, seconds: index < 3 ? 0 : index < 4 ? 100 : 50))
        }
        try await store.retry("retried", by: "ada", note: "")
        for id in ["resolved", "young", "edge"] as [DeadLetterID] { try await store.resolve(id, by: "ada", note: "") }
        let time = TestClock.start + .seconds(50)
        let count = try await store.purge(before: time)
        #expect(count == 2)
        let left = try await collect(from: store)
        #expect(left.map(\.id) == ["young", "edge", "open"])
        let again = try await store.purge(before: time)
        #expect(again == 0)
        let removed = try await store.letter("resolved")
        #expect(removed == nil)
    }
}
#endif
