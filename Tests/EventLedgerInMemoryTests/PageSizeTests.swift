import EventLedger
import EventLedgerInMemory
import Testing

/// How much a page holds is each backend's own choice.
struct PageSizeTests {
    let ledger = InMemoryLedger()

    private func append(_ count: Int, type: EventType, data: JSONText = .emptyObject) async throws {
        for begin in stride(from: 0, to: count, by: 500) {
            var commit = Commit()
            let events = (begin..<min(begin + 500, count)).map { _ in NewEvent(type: type, data: data) }
            commit.append(contentsOf: events, to: "thing-1")
            _ = try await ledger.commit(commit)
        }
    }

    @Test(arguments: [false, true])
    func aPageHoldsAtMostFiveHundredEvents(backwards: Bool) async throws {
        try await append(1201, type: "a")
        var selection = EventSelection.all.limit(1100)
        selection.isBackwards = backwards
        var sizes: [Int] = []
        var positions: [Position] = []
        for try await page in ledger.read(selection).pages {
            sizes.append(page.events.count)
            positions += page.events.map(\.position)
        }
        #expect(sizes == [500, 500, 100])
        let forwards = (1...1201).map { Position(Int64($0)) }
        #expect(positions == Array((backwards ? forwards.reversed() : forwards).prefix(1100)))
    }

    @Test func aPageEndsAtAboutAMebibyte() async throws {
        let data = try JSONText("\"\(String(repeating: "x", count: 600_000))\"")
        for _ in 0..<3 { try await append(1, type: "big", data: data) }
        let page = try await ledger.page(.all)
        #expect(page.events.count == 2)
        #expect(page.checkpoint == Checkpoint(2))
        #expect(page.next != nil)
    }

    @Test func aLongWayWithoutAMatchIsTakenInSteps() async throws {
        try await append(10_500, type: "a")
        try await append(1, type: "b")
        let page = try await ledger.page(.types("b"))
        #expect(page.events.isEmpty)
        #expect(page.checkpoint == Checkpoint(10_000))
        var found: [Position] = []
        for try await event in ledger.read(.types("b")) { found.append(event.position) }
        #expect(found == [10_501])
        found = []
        for try await event in ledger.read(.types("b").backwards) { found.append(event.position) }
        #expect(found == [10_501])
    }

    @Test func aVectorOfPositionsIsRefused() async throws {
        let vector = try #require(Checkpoint("3.4"))
        let error = await #expect(throws: LedgerError.self) { try await ledger.page(.all.after(vector)) }
        #expect(error?.code == .invalidValue)
    }
}
