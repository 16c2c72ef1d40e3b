import EventLedger
import EventLedgerInMemory
import EventLedgerTesting
import Testing

@Suite struct SubscriptionTests {
    @Test func itCatchesUpSaysSoAndFollows() async throws {
        let ledger = InMemoryLedger(clock: TestClock())
        for index in 0..<1100 { try await ledger.add(("\(index)", index)) }
        var elements = ledger.subscribe(after: Checkpoint(5)).makeAsyncIterator()
        var positions: [Int64] = []
        reading: while let element = try await elements.next() {
            switch element {
            case .events(let events, _): positions += events.map(\.position.rawValue)
            case .caughtUp(let checkpoint):
                #expect(checkpoint == Checkpoint(1100))
                break reading
            }
        }
        #expect(positions == Array(6...1100))

        async let commit: Void = ledger.add(("live", 1))
        let live = try await elements.next()
        try await commit
        guard case .events(let events, let checkpoint) = live else {
            Issue.record("Expected the live event.")
            return
        }
        #expect(events.map(\.position) == [1101])
        #expect(checkpoint == Checkpoint(1101))
    }

    @Test func theCheckpointMovesPastEventsThatDoNotMatch() async throws {
        let ledger = InMemoryLedger(clock: TestClock())
        try await ledger.add(("a", 1), ("b", 1))
        var elements = ledger.subscribe(.types("other")).makeAsyncIterator()
        let first = try await elements.next()
        let second = try await elements.next()
        #expect(first == .events([], checkpoint: Checkpoint(2)))
        #expect(second == .caughtUp(Checkpoint(2)))
    }

    @Test func theFlatSequenceDeliversInOrder() async throws {
        let ledger = InMemoryLedger(clock: TestClock())
        try await ledger.add(("a", 1), ("b", 1), ("a", 2))
        var positions: [Position] = []
        for try await event in ledger.subscribe(.stream("item-a")).events {
            positions.append(event.position)
            if positions.count == 2 { break }
        }
        #expect(positions == [1, 3])
    }

    @Test func everyStreamFallsToExactlyOnePartition() async throws {
        let partitions = try (0..<4).map { try Partition(index: $0, of: 4) }
        for index in 0..<200 {
            let stream = StreamName("user-\(index)")
            #expect(partitions.filter { $0.contains(stream) }.count == 1)
        }
        #expect(Partition.hash(of: "") == 0xCBF2_9CE4_8422_2325)
        #expect(Partition.hash(of: "a") == 0xAF63_DC4C_8601_EC8C)
        #expect(throws: LedgerError.self) { try Partition(index: 4, of: 4) }
    }

    @Test func aSubscriptionHasNoEnd() async throws {
        let ledger = InMemoryLedger(clock: TestClock())
        for selection in [EventSelection.all.backwards, .all.limit(3), .all.through(4)] {
            var elements = ledger.subscribe(selection).makeAsyncIterator()
            do {
                _ = try await elements.next()
                Issue.record("It was not refused.")
            } catch LedgerError.Code.invalidValue {}
        }
    }
}
