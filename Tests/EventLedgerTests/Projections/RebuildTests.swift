import EventLedger
import EventLedgerInMemory
import EventLedgerTesting
import Testing

@Suite struct RebuildTests {
    @Test func aNewVersionIsBuiltBesideUntilTheSwitch() async throws {
        let ledger = InMemoryLedger(clock: TestClock())
        try await ledger.add(("a", 1), ("b", 2))
        try await ledger.project(Totals())
        let next = Totals(version: 2)
        let beside = try await ledger.project(next)
        #expect(beside.eventsApplied == 2)
        #expect(!beside.isLive)
        #expect(try await ledger.total("a")?.version == 1)
        let statuses = try await ledger.documents.projections("totals")
        #expect(statuses.map(\.build) == ["totals@1", "totals@2"])
        #expect(statuses.map(\.isLive) == [true, false])

        // The live one is ahead when the switch is asked for; readers must not fall behind what they have seen.
        try await ledger.add(("a", 10))
        try await ledger.project(Totals())
        try await ledger.projector(next).switchLive()
        #expect(try await ledger.total("a")?.version == 2)
        #expect(try await ledger.total("a")?.sum == 11)
        try await ledger.wait(for: 3, in: "totals")
        #expect(try await ledger.documents.collections().map(\.name).contains("totals@1") == false)
        #expect(try await ledger.project(next).eventsApplied == 0)
    }

    @Test func theBuildsOfACollectionAreNamed() async throws {
        let ledger = InMemoryLedger(clock: TestClock())
        try await ledger.add(("a", 1))
        #expect(try await ledger.documents.storedNames(of: "totals") == ["totals"])
        try await ledger.project(Totals())
        #expect(try await ledger.documents.storedNames(of: "totals") == ["totals@1"])
        let next = Totals(version: 2)
        try await ledger.project(next)
        #expect(try await ledger.documents.storedNames(of: "totals") == ["totals@1", "totals@2"])
        try await ledger.projector(next).switchLive()
        #expect(try await ledger.documents.storedNames(of: "totals") == ["totals@2"])
        #expect(try await ledger.documents.storedNames(of: "others") == ["others"])
    }

    @Test func aRebuildOfTheLiveVersionReplacesItsDocuments() async throws {
        let ledger = InMemoryLedger(clock: TestClock())
        try await ledger.add(("a", 1), ("b", 2))
        try await ledger.project(Totals())
        let before = try await contents(of: ledger.documents)
        for round in 1...2 {
            let report = try await ledger.rebuild(Totals())
            #expect(report.build == "totals@1.r\(round)")
            #expect(report.isLive)
            #expect(try await contents(of: ledger.documents) == before)
        }
        try await ledger.add(("a", 5))
        #expect(try await ledger.project(Totals()).eventsApplied == 1)
        #expect(try await ledger.total("a")?.sum == 6)
        let names = try await ledger.documents.collections().map(\.name)
        #expect(names.filter { $0.rawValue.utf8.starts(with: "totals@".utf8) } == ["totals@1.r2"])
    }

    @Test func readersSeeOneBuildOrTheOtherAndAProjectorGoesOn() async throws {
        let ledger = InMemoryLedger(clock: TestClock())
        for index in 0..<600 { try await ledger.add(("\(index)", 1)) }
        try await ledger.project(Totals())
        let documents = ledger.documents
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = try await ledger.rebuild(Totals()) }
            group.addTask {
                for _ in 0..<200 {
                    let last = try await documents.get(Total.self, id: "599")
                    #expect(last?.sum == 1)
                    let grand = try #require(try await documents.get(Grand.self, id: "all"))
                    #expect(grand.sum >= 600)
                    await Task.yield()
                }
            }
            group.addTask {
                for _ in 0..<20 {
                    try await ledger.add(("more", 1))
                    try await ledger.project(Totals())
                }
            }
            try await group.waitForAll()
        }
        try await ledger.project(Totals())
        #expect(try await ledger.total("more")?.sum == 20)
        #expect(try await documents.get(Grand.self, id: "all")?.sum == 620)
    }

    @Test func collectionsCannotChangeWithinAVersion() async throws {
        let ledger = InMemoryLedger(clock: TestClock())
        try await ledger.project(Totals())
        let error = await #expect(throws: LedgerError.self) {
            try await ledger.project(Totals(collections: ["totals", "grand", "more"]))
        }
        #expect(error?.code == .invalidValue)
        try await ledger.rebuild(Totals(version: 2, collections: ["totals"], repair: Repair()))
        #expect(try await ledger.documents.document(CollectionOwnership.key(of: "grand")) == nil)
    }
}
