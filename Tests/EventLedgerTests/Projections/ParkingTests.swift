import EventLedger
import EventLedgerInMemory
import EventLedgerTesting
import Testing

@Suite struct ParkingTests {
    @Test func laterEventsOfTheStreamWaitAndOthersGoOn() async throws {
        let ledger = InMemoryLedger(clock: TestClock())
        let projection = Totals()
        try await ledger.add(("a", 1), ("a", -5), ("a", 2), ("b", 10))
        let report = try await ledger.project(projection, policy: .parkStream)
        #expect(report.parkedStreams == 1)
        try await ledger.add(("a", 3), ("b", 20))
        try await ledger.project(projection, policy: .parkStream)
        #expect(try await ledger.total("a")?.sum == 1)
        #expect(try await ledger.total("b")?.sum == 30)

        let letter = try await onlyLetter(of: ledger)
        projection.repair.finish()
        try await ledger.project(projection, policy: .parkStream)
        #expect(try await ledger.total("a")?.sum == 1, "Nobody has retried the letter.")

        try await ledger.deadLetters.retry(letter.id, by: "ada", note: "repaired")
        let after = try await ledger.project(projection, policy: .parkStream)
        #expect(after.eventsApplied == 3)
        #expect(after.parkedStreams == 0)
        #expect(try await ledger.total("a")?.sum == 1)
        #expect(try await ledger.total("a")?.count == 4)
        #expect(try await contents(of: ledger.documents, ["_parked"]).isEmpty)
        #expect(try await ledger.project(projection, policy: .parkStream).eventsApplied == 0)
    }

    @Test func aRetryInVainParksAgain() async throws {
        let ledger = InMemoryLedger(clock: TestClock())
        let projection = Totals()
        try await ledger.add(("a", -5), ("a", 2))
        try await ledger.project(projection, policy: .parkStream)
        let letter = try await onlyLetter(of: ledger)
        try await ledger.deadLetters.retry(letter.id, by: "ada", note: "hoping")
        let report = try await ledger.project(projection, policy: .parkStream)
        #expect(report.eventsApplied == 0)
        #expect(report.parkedStreams == 1)
        #expect(try await onlyLetter(of: ledger).state == .open)
    }

    @Test func aResolvedLetterLetsTheStreamGoOnWithoutTheEvent() async throws {
        let ledger = InMemoryLedger(clock: TestClock())
        let projection = Totals()
        try await ledger.add(("a", -5), ("a", 2), ("a", 3))
        try await ledger.project(projection, policy: .parkStream)
        try await ledger.deadLetters.resolve(try await onlyLetter(of: ledger).id, by: "ada", note: "void")
        let report = try await ledger.project(projection, policy: .parkStream)
        #expect(report.eventsApplied == 2)
        #expect(try await ledger.total("a")?.sum == 5)
    }

    @Test func buildsOfAProjectionHaveLettersOfTheirOwnAndOneOrigin() async throws {
        let ledger = InMemoryLedger(clock: TestClock())
        let first = Totals(), second = Totals(version: 2)
        try await ledger.add(("a", -5))
        try await ledger.project(first, policy: .parkStream)
        try await ledger.project(second, policy: .parkStream)
        let letters = try await ledger.deadLetters.letters(DeadLetterQuery(origin: "totals"))
        #expect(Set(letters.compactMap(\.worker)) == ["totals@1", "totals@2"])
        first.repair.finish()
        let id = try #require(letters.first { $0.worker == "totals@1" }).id
        try await ledger.deadLetters.retry(id, by: "ada", note: "repaired")
        #expect(try await ledger.project(second, policy: .parkStream).parkedStreams == 1)
        #expect(try await ledger.project(first, policy: .parkStream).parkedStreams == 0)
    }

    private func onlyLetter(of ledger: InMemoryLedger) async throws -> DeadLetter {
        let letters = try await ledger.deadLetters.letters(DeadLetterQuery(), limit: 10, from: nil).letters
        #expect(letters.count == 1)
        return try #require(letters.first)
    }
}
