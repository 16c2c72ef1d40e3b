import EventLedger
import EventLedgerInMemory
import EventLedgerTesting
import Testing

@Suite struct ReplayTests {
    /// Sums over all only, so that two projections are replayed in one reading.
    private struct Everything: Projection {
        let name: ProjectionName = "everything"
        let version = 1
        let query = EventQuery.all
        let collections: Set<CollectionName> = ["counts"]

        func apply(_ event: RecordedEvent, to view: inout DocumentView) throws {
            let key = DocumentKey("counts", DocumentID(event.type.rawValue))
            let count = try view.fields(key)?["count"]?.integerValue ?? 0
            try view.put(key, ["count": .integer(count + 1)])
        }
    }

    private func filled(_ count: Int = 1300) async throws -> InMemoryLedger {
        let ledger = InMemoryLedger(clock: TestClock())
        for index in 0..<count { try await ledger.add(("\(index % 13)", index)) }
        return ledger
    }

    @Test func aReplayEqualsWhatIsLiveUpToItsCheckpoint() async throws {
        let ledger = try await filled()
        try await ledger.project(Totals())
        try await ledger.project(Everything())
        try await ledger.add(("0", 1))
        let target = InMemoryLedger(clock: TestClock()).documents
        let replay = Replay(
            [Totals(), Everything()], from: ledger, into: target, within: ReplayBounds(live: ledger.documents)
        )
        var last: ReplayProgress?
        for try await progress in replay.run() {
            #expect(last?.report == nil, "The report comes last.")
            last = progress
        }
        let report = try #require(last?.report)
        #expect(report.projections.map(\.projection.eventsApplied) == [1300, 1300])
        #expect(report.projections.first?.documents == ["totals": 13, "grand": 1])
        let comparison = try await DocumentComparison(of: ledger.documents, with: target)
            .compare(["totals", "grand", "counts"])
        #expect(comparison.isEqual)
        #expect(comparison.collections.map(\.left) == [13, 1, 1])
        #expect(comparison.collections.map(\.right) == [13, 1, 1])
    }

    @Test func aCopyThatLagsIsToldFromADifference() async throws {
        let ledger = try await filled(30)
        try await ledger.project(Totals())
        var events: [RecordedEvent] = []
        for try await event in ledger.read(.all) { events.append(event) }
        func replay(first count: Int) async throws -> (report: ReplayReport, comparison: ComparisonReport) {
            let target = InMemoryLedger(clock: TestClock()).documents
            let copy = ArrayReader(events: Array(events.prefix(count)))
            let report = try await Replay(
                [Totals()], from: copy, into: target, within: ReplayBounds(live: ledger.documents)
            ).run { _ in }
            return (report, try await DocumentComparison(of: ledger.documents, with: target).compare(["totals"]))
        }
        let lagging = try await replay(first: 20)
        #expect(lagging.report.isBehindLive)
        #expect(lagging.report.projections.first?.live == Checkpoint(30))
        #expect(lagging.report.projections.first?.projection.checkpoint == Checkpoint(20))
        #expect(!lagging.comparison.isEqual)
        let whole = try await replay(first: 30)
        #expect(!whole.report.isBehindLive)
        #expect(whole.comparison.isEqual)
        let unbounded = try await Replay([Totals()], from: ledger, into: InMemoryLedger().documents).run { _ in }
        #expect(!unbounded.isBehindLive)
        #expect(unbounded.projections.first?.live == nil)
    }

    @Test func anInterruptedReplayGoesOn() async throws {
        let ledger = try await filled()
        let target = InMemoryLedger(clock: TestClock()).documents
        let replay = Replay([Totals(), Everything()], from: ledger, into: target)
        for try await _ in replay.run() { break }
        let report = try await replay.run { _ in }
        #expect(report.eventsRead < 1300)
        #expect(try await target.get(Grand.self, id: "all")?.sum == 1300 * 1299 / 2)
        #expect(try await target.document(DocumentKey("counts", "item.added"))?.fields["count"] == 1300)
    }

    @Test func aDryRunWritesNothingAndReportsTheSame() async throws {
        let ledger = try await filled(50)
        let target = InMemoryLedger(clock: TestClock()).documents
        let scratch = InMemoryLedger(clock: TestClock()).documents
        let dry = try await Replay([Totals()], from: ledger, into: target, dryRunIn: scratch).run { _ in }
        #expect(try await target.collections().isEmpty)
        #expect(dry.isDryRun)
        let real = try await Replay([Totals()], from: ledger, into: target).run { _ in }
        #expect(dry.projections == real.projections)
    }

    @Test func aPartIsReplayedByPositionAndByTime() async throws {
        let clock = TestClock()
        let ledger = InMemoryLedger(clock: clock)
        var times: [Timestamp] = []
        for index in 1...4 {
            clock.advance(by: .seconds(60))
            times.append(clock.now)
            try await ledger.add(("a", index))
        }
        for bounds in [ReplayBounds(after: 1, through: 3), ReplayBounds(since: times[1], until: times[3])] {
            let target = InMemoryLedger(clock: TestClock()).documents
            try await Replay([Totals()], from: ledger, into: target, within: bounds).run { _ in }
            #expect(try await target.get(Total.self, id: "a")?.sum == 5)
        }
    }

    @Test func anEmptyLedgerIsReplayed() async throws {
        let target = InMemoryLedger(clock: TestClock()).documents
        let report = try await Replay([Totals()], from: InMemoryLedger(clock: TestClock()), into: target).run { _ in }
        #expect(report.eventsRead == 0)
        #expect(report.projections.first?.projection.isLive == true)
    }
}
