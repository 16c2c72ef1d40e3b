import EventLedger
import EventLedgerInMemory
import EventLedgerTesting
import Testing

private struct Noted: Event {
    static let eventType: EventType = "item.noted"
    let item: String
}

private struct Note: Reactor {
    let name: ReactorName = "note"
    let query = EventQuery(types: ["item.added"])
    var repair = Repair()

    func react(to event: RecordedEvent, in context: ReactionContext) async throws -> Commit {
        guard let added = try event.decode(Added.self) else { return Commit() }
        if added.amount < 0, !repair.isDone { throw Unrepaired() }
        var commit = Commit()
        try commit.append(Noted(item: added.item), to: "notes")
        return commit
    }
}

@Suite struct ReactorRunnerTests {
    fileprivate func notes(_ ledger: InMemoryLedger) async throws -> [RecordedEvent] {
        var events: [RecordedEvent] = []
        for try await event in ledger.read(.stream("notes")) { events.append(event) }
        return events
    }

    @Test func reactionsTakeEffectOnceWithTwoRunnersAndCarryTheirCause() async throws {
        let ledger = InMemoryLedger(clock: TestClock())
        let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        _ = try await ledger.commit(metadata: Metadata(correlationID: "run-1", traceparent: trace)) { commit in
            for index in 0..<20 {
                try commit.append(Added(item: "\(index)", amount: 1), to: StreamName("item-\(index)"))
            }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<2 {
                group.addTask { _ = try await ReactorRunner(Note(), on: ledger, startingAt: .beginning).catchUp() }
            }
            try await group.waitForAll()
        }
        let events = try await notes(ledger)
        #expect(events.count == 20)
        let cause = try #require(try await ledger.page(.all).events.first)
        let metadata = try #require(events.first(where: { $0.metadata.causationID == cause.id.rawValue })).metadata
        #expect(metadata.correlationID == "run-1")
        #expect(metadata.traceparent == trace)
        #expect(try await ReactorRunner(Note(), on: ledger, startingAt: .beginning).catchUp().eventsHandled == 0)
    }

    @Test func aSkippedEventIsHandledWhenItsLetterIsRetried() async throws {
        let ledger = InMemoryLedger(clock: TestClock())
        try await ledger.add(("a", -1), ("b", 1))
        let reactor = Note()
        let runner = ReactorRunner(reactor, on: ledger, startingAt: .beginning, policy: .skip)
        let report = try await runner.catchUp()
        #expect(report.eventsHandled == 1)
        #expect(report.eventsFailed == 1)
        let page = try await ledger.deadLetters.letters(DeadLetterQuery(origin: "note"), limit: 10, from: nil)
        let letter = try #require(page.letters.first)
        reactor.repair.finish()
        try await ledger.deadLetters.retry(letter.id, by: "ada", note: "repaired")
        #expect(try await runner.catchUp().eventsHandled == 1)
        #expect(try await ledger.deadLetters.letter(letter.id)?.state == .resolved)
        #expect(try await notes(ledger).count == 2)
    }

    @Test func lettersOfAProjectionOfTheSameNameAreLeftAlone() async throws {
        let ledger = InMemoryLedger(clock: TestClock())
        try await ledger.add(("a", -1))
        _ = try await ledger.project(Totals(name: "note"), policy: .parkStream)
        let letter = try #require(try await ledger.deadLetters.letters().first)
        #expect(letter.origin == "note")
        try await ledger.deadLetters.retry(letter.id, by: "ada", note: "repaired")
        let reactor = Note()
        reactor.repair.finish()
        #expect(try await ReactorRunner(reactor, on: ledger).catchUp().eventsHandled == 0)
        #expect(try await ledger.deadLetters.letter(letter.id)?.state == .retried)
    }

    @Test func aFailureStopsInFrontOfTheEvent() async throws {
        let ledger = InMemoryLedger(clock: TestClock())
        try await ledger.add(("a", 1), ("b", -1), ("c", 1))
        let runner = ReactorRunner(Note(), on: ledger, startingAt: .beginning, policy: .stop)
        let error = await #expect(throws: LedgerError.self) { try await runner.catchUp() }
        #expect(error?.code == .projectionFailed)
        #expect(try await notes(ledger).count == 1)
    }
}

extension ReactorRunnerTests {
    @Test func aNewReactorBeginsNowUnlessItIsToldOtherwise() async throws {
        let ledger = InMemoryLedger(clock: TestClock())
        try await ledger.add(("old", 1))
        #expect(try await ReactorRunner(Note(), on: ledger).catchUp().eventsHandled == 0)
        try await ledger.add(("new", 1))
        // Where it began is stored: what came since is reacted to, whatever the next runner is told.
        #expect(try await ReactorRunner(Note(), on: ledger).catchUp().eventsHandled == 1)
        #expect(try await ReactorRunner(Note(), on: ledger, startingAt: .beginning).catchUp().eventsHandled == 0)
        #expect(try await notes(ledger).count == 1)
    }
}
