import EventLedger
import EventLedgerInMemory
import EventLedgerTesting
import Testing

@Suite struct ProjectorTests {
    @Test(arguments: [(false, false), (false, true), (true, false)])
    func documentsAreFetchedWhetherOrNotTheyWereAnnounced(swallows: Bool, hints: Bool) async throws {
        let ledger = InMemoryLedger(clock: TestClock())
        try await ledger.add(("a", 1), ("b", 2), ("a", 3))
        let projection = Totals(swallows: swallows, hints: hints)
        let report = try await ledger.project(projection)
        #expect(report.eventsApplied == 3)
        #expect(report.checkpoint == Checkpoint(3))
        try await ledger.add(("a", 5))
        #expect(try await ledger.project(projection).eventsApplied == 1)
        #expect(try await ledger.total("a")?.sum == 9)
        #expect(try await ledger.total("a")?.count == 3)
        #expect(try await ledger.documents.get(Grand.self, id: "all")?.sum == 11)
        #expect(try await ledger.project(projection).eventsApplied == 0)
    }

    @Test func eachEventTakesEffectOnceWithManyProjectorsAtOnce() async throws {
        let ledger = InMemoryLedger(clock: TestClock())
        for index in 0..<1200 { try await ledger.add(("\(index % 7)", 1)) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 { group.addTask { _ = try await ledger.project(Totals()) } }
            try await group.waitForAll()
        }
        #expect(try await ledger.documents.get(Grand.self, id: "all")?.sum == 1200)
        #expect(try await ledger.total("0")?.count == 172)
    }

    @Test func partitionsTogetherDoAllOnce() async throws {
        let ledger = InMemoryLedger(clock: TestClock())
        for index in 0..<300 { try await ledger.add(("\(index % 11)", 1)) }
        let documents = ledger.documents
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<3 {
                let partition = try Partition(index: index, of: 3)
                group.addTask {
                    _ = try await Projector(Totals(), from: ledger, into: documents, partition: partition).catchUp()
                }
            }
            try await group.waitForAll()
        }
        #expect(try await documents.get(Grand.self, id: "all")?.sum == 300)
        let status = try #require(try await documents.projections("totals").first)
        #expect(status.checkpoints == [Checkpoint(300), Checkpoint(300), Checkpoint(300)])
        await #expect(throws: LedgerError.self) { try await ledger.project(Totals()) }
    }

    @Test func aPageIsSplitWhereItWouldBeMoreThanABatchHolds() async throws {
        let ledger = InMemoryLedger(clock: TestClock())
        for start in stride(from: 0, to: 1000, by: 100) {
            _ = try await ledger.commit { commit in
                for item in start..<start + 100 {
                    try commit.append(Added(item: "\(item)", amount: 1), to: StreamName("item-\(item % 3)"))
                }
            }
        }
        #expect(try await ledger.project(Totals()).eventsApplied == 1000)
        #expect(try await contents(of: ledger.documents, ["totals"]).count == 1000)
    }

    @Test func anEventThatChangesMoreThanABatchHoldsFailsClearly() async throws {
        let ledger = InMemoryLedger(clock: TestClock())
        try await ledger.add(("a", 1))
        let error = await #expect(throws: LedgerError.self) { try await ledger.project(Flood()) }
        #expect(error?.code == .projectionFailed)
        #expect((error?.underlying as? LedgerError)?.code == .limitExceeded)
    }

    @Test func stoppingLeavesWhatCameBeforeAndRecordsALetterOnce() async throws {
        let ledger = InMemoryLedger(clock: TestClock())
        try await ledger.add(("a", 1), ("b", -1), ("a", 2))
        let projection = Totals()
        for _ in 0..<2 {
            let error = await #expect(throws: LedgerError.self) { try await ledger.project(projection) }
            #expect(error?.code == .projectionFailed)
        }
        #expect(try await ledger.total("a")?.sum == 1)
        #expect(try await ledger.total("b") == nil)
        let letters = try await ledger.deadLetters.letters(DeadLetterQuery(origin: "totals"), limit: 10, from: nil)
            .letters
        #expect(letters.compactMap(\.worker) == ["totals@1"])
        projection.repair.finish()
        try await ledger.project(projection)
        #expect(try await ledger.total("a")?.sum == 3)
        #expect(try await ledger.total("b")?.sum == -1)
    }

    @Test func skippingLeavesTheEventOut() async throws {
        let ledger = InMemoryLedger(clock: TestClock())
        try await ledger.add(("a", 1), ("a", -1), ("a", 2))
        let report = try await ledger.project(Totals(), policy: .skip)
        #expect(report.eventsApplied == 2)
        #expect(report.eventsFailed == 1)
        #expect(try await ledger.total("a")?.sum == 3)
        let retries = try await ledger.deadLetters.retryAll(DeadLetterQuery(), by: "ada", note: "hoping")
        #expect(retries.retried == 0)
        #expect(retries.left == 1, "Nobody would apply the event again.")
        await #expect(throws: LedgerError.self) {
            try await Projector(Totals(), from: ledger, into: ledger.documents, policy: .skip).catchUp()
        }
    }

    @Test func attemptsAreRepeatedByPolicy() async throws {
        let clock = TestClock()
        let ledger = InMemoryLedger(clock: clock)
        try await ledger.add(("a", -1))
        let projection = Totals()
        let policy = FailurePolicy(retry: RetryPolicy(maxAttempts: 3), then: .stop)
        async let report = ledger.project(projection, policy: policy)
        try await clock.waitForSleepers(1)
        projection.repair.finish()
        clock.advance(by: .seconds(1))
        let result = try await report
        #expect(result.eventsApplied == 1)
    }

    @Test func aCollectionBelongsToOneProjection() async throws {
        let ledger = InMemoryLedger(clock: TestClock())
        try await ledger.project(Totals())
        let error = await #expect(throws: LedgerError.self) { try await ledger.project(Totals(name: "other")) }
        #expect(error?.code == .collectionOwned)
        let outside = await #expect(throws: LedgerError.self) {
            try await ledger.documents.write([.put(DocumentKey("totals", "a"), [:])])
        }
        #expect(outside?.code == .collectionOwned)
    }

    @Test func waitingEndsWhenTheProjectionHasCaughtUpOrTimeIsUp() async throws {
        let clock = TestClock()
        let ledger = InMemoryLedger(clock: clock)
        try await ledger.add(("a", 1))
        try await ledger.project(Totals())
        try await ledger.wait(for: 1, in: "totals")
        async let waiting: Void = ledger.wait(for: 2, in: "totals", timeout: .seconds(1))
        try await clock.waitForSleepers(1)
        clock.advance(by: .seconds(1))
        do {
            try await waiting
            Issue.record("It returned before the projection was there.")
        } catch LedgerError.Code.timeout {}
        try await ledger.add(("a", 1))
        #expect(try await ledger.documents.projections("totals").first?.lag(behind: ledger.head()) == 1)
    }
}

/// Changes more documents for one event than a batch can hold.
private struct Flood: Projection {
    let name: ProjectionName = "flood"
    let version = 1
    let query = EventQuery.all
    let collections: Set<CollectionName> = ["drops"]

    func apply(_ event: RecordedEvent, to view: inout DocumentView) throws {
        var failure: (any Error)?
        for index in 0..<600 {
            do {
                try view.put(DocumentKey("drops", DocumentID("\(index)")), ["n": .integer(Int64(index))])
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }
}
