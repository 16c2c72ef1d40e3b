import EventLedger
import EventLedgerTesting
import GCPTestSupport
import TestSupport
import Testing

@testable import EventLedgerGCP

@Suite("A partitioned ledger on Firestore", .enabled(if: GCPServices.hasFirestore, GCPServices.hint))
struct PartitionedFirestoreLedgerTests {
    private static let streams = (0..<12).map { StreamName("s\($0 % 2)-\($0)") }

    /// Commits to all partitions, at times that differ.
    private static func filled(_ clock: TestClock) async throws -> PartitionedFirestoreLedger {
        let ledger = try LedgerBench(clock: clock).openPartitioned(3)
        for number in 0..<60 {
            clock.advance(by: .milliseconds(1))
            try await ledger.commit {
                $0.append(
                    contentsOf: [
                        sample(number, type: number % 2 == 0 ? "even" : "odd", tags: number % 5 == 0 ? ["fifth"] : [])
                    ],
                    to: streams[number * 7 % 12]
                )
            }
        }
        return ledger
    }

    @Test("Events are in order in their partition, whole in their streams, and read once each, however they are paged")
    func order() async throws {
        let ledger = try await Self.filled(TestClock())
        let events = try await ledger.all()
        #expect(events.count == 60)
        #expect(Set(events.map(\.id)).count == 60)
        expectChains(events)
        #expect(Set(events.map { ledger.partition(of: $0.stream) }) == [0, 1, 2])
        for partition in 0..<3 {
            let positions = events.filter { ledger.partition(of: $0.stream) == partition }.map(\.position.rawValue)
            #expect(positions == Array(1..<Int64(positions.count + 1)))
        }
        // They were recorded at different times, so that their order is that of the commits.
        let numbers = events.map { $0.data.text }
        #expect(numbers == (0..<60).map { #"{"n":\#($0)}"# })
        for limit in [1, 7, 59] {
            var checkpoint = Checkpoint.start
            var found: [RecordedEvent] = []
            while true {
                let page = try await ledger.page(.all.after(checkpoint).limit(limit))
                if page.events.isEmpty { break }
                found += page.events
                checkpoint = try #require(Checkpoint(page.checkpoint.description))
            }
            #expect(found == events)
            #expect(checkpoint.covers(try await ledger.head()))
        }
    }

    @Test("Selections answer as they say, and their checkpoints move past what does not match")
    func selections() async throws {
        let clock = TestClock()
        let ledger = try await Self.filled(clock)
        let events = try await ledger.all()
        let head = try await ledger.head()
        let middle = try #require(events.dropFirst(30).first).recordedAt
        let selections: [EventSelection] = [
            .category("s1"), .types("odd"), .tags("fifth"), .all.since(middle), .all.until(middle),
            .stream(Self.streams[3]), EventSelection.types("even").since(middle), .types("none"), .stream("unknown"),
        ]
        for selection in selections {
            let expected = events.filter { selection.matches($0) }
            #expect(try await ledger.all(selection) == expected, "\(selection)")
            guard selection.latest == nil else { continue }
            var page = try await ledger.page(selection)
            while let next = page.next { page = try await ledger.page(next) }
            #expect(page.checkpoint == head, "\(selection)")
        }
        let last = try await ledger.page(.all.backwards.limit(10)).events
        #expect(last == Array(events.suffix(10).reversed()))
        let stream = events.filter { $0.stream == Self.streams[0] }
        #expect(try await ledger.lastEvent(of: Self.streams[0]) == stream.last)
        #expect(try await ledger.all(.stream(Self.streams[0]).backwards) == Array(stream.reversed()))
        let refused: [EventSelection] = [
            .all.through(3), .all.backwards, .all.after(Position(4)), .all.after(Checkpoint(components: [1, 2])),
        ]
        for selection in refused {
            await #expect { _ = try await ledger.page(selection) } throws: { LedgerError.Code.invalidValue ~= $0 }
        }
    }

    @Test("Commits hold within one partition: expectations, conditions, and their ids in all")
    func commits() async throws {
        let bench = LedgerBench()
        let ledger = try bench.openPartitioned(3), other = try bench.openPartitioned(3)
        let a: StreamName = "a"
        let near = try #require(
            (0...).lazy.map { StreamName("n-\($0)") }.first { ledger.partition(of: $0) == ledger.partition(of: a) }
        )
        let far = try #require(
            (0...).lazy.map { StreamName("f-\($0)") }.first { ledger.partition(of: $0) != ledger.partition(of: a) }
        )
        let event = sample(1, tags: ["x"])
        let receipt = try await ledger.commit(id: "one") {
            $0.append(contentsOf: [event], to: a, expecting: .newStream)
            $0.append(contentsOf: [sample(2)], to: near)
            $0.write(.put(DocumentKey("papers", "p"), ["n": 1]))
        }
        #expect(receipt.position == 2)
        await #expect {
            try await ledger.commit {
                $0.append(contentsOf: [sample(3)], to: a)
                $0.append(contentsOf: [sample(4)], to: far)
            }
        } throws: { LedgerError.Code.invalidValue ~= $0 }
        await #expect {
            try await ledger.commit { $0.require(nothingMatching: EventQuery(tags: ["x"]), after: 0) }
        } throws: { LedgerError.Code.invalidValue ~= $0 }
        await #expect {
            try await other.commit {
                $0.append(contentsOf: [sample(5)], to: near)
                $0.require(nothingMatching: EventQuery(tags: ["x"]), after: 0)
            }
        } throws: { LedgerError.Code.conflict ~= $0 }
        let seen = try ledger.position(in: try await ledger.head(), of: near)
        try await other.commit {
            $0.append(contentsOf: [sample(6)], to: near)
            $0.require(nothingMatching: EventQuery(tags: ["x"]), after: seen)
        }
        // The id is known in every partition, and so is the event's.
        let repeated = try await other.commit(id: "one") { $0.append(contentsOf: [sample(7)], to: far) }
        #expect(repeated.isDuplicate)
        await #expect { try await other.commit { $0.append(contentsOf: [event], to: far) } } throws: {
            LedgerError.Code.eventIDReused ~= $0
        }
        let byEvent = try await other.commit { $0.append(contentsOf: [event], to: a) }
        #expect(byEvent.isDuplicate)
        #expect(byEvent.commitID == "one")
        let empty = try await other.commit { $0.write(.put(DocumentKey("papers", "q"), ["n": 2])) }
        #expect(empty.firstPosition == nil)
        #expect(try await ledger.documents.document(DocumentKey("papers", "q"))?.version == 1)
    }

    @Test("Who waits is woken by a commit to any partition")
    func waiting() async throws {
        let bench = LedgerBench()
        let ledger = try bench.openPartitioned(4), other = try bench.openPartitioned(4)
        for number in 0..<6 {
            let head = try await ledger.head()
            async let woken: Void = ledger.waitForEvents(after: head)
            try await (number % 2 == 0 ? ledger : other).commit {
                $0.append(contentsOf: [sample(number)], to: StreamName("s-\(number)"))
            }
            try await woken
            let page = try await ledger.page(.all.after(head))
            #expect(page.events.count == 1)
        }
    }
}
