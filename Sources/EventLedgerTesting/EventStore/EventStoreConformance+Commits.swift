#if canImport(Testing)
import EventLedger
import Testing

extension EventStoreConformance {
    static let commits: [Obligation] = [
        Obligation(1, "A commit across streams becomes true as a whole", commitAcrossStreams),
        Obligation(1, "A refused commit leaves nothing in any stream", refusedCommitLeavesNothing),
        Obligation(1, "Two appends to one stream follow each other", twoAppendsToOneStream),
        Obligation(2, "What has a receipt is there after opening again", needs: [.reopening], receiptMeansDurable),
        Obligation(3, "Positions and revisions have no gaps", gapFree),
        Obligation(3, "Refused and repeated commits use no position", refusedCommitsUseNoPosition),
        Obligation(15, "An empty commit returns the head and is remembered", emptyCommit),
        Obligation(15, "An empty append changes nothing", emptyAppend),
        Obligation(15, "The conditions of an empty commit are checked", emptyCommitWithCondition),
    ]

    private static func commitAcrossStreams(_ run: Run) async throws {
        let store = run.subject
        let first = note(1), second = note(2), third = note(3)
        let receipt = try await store.commit(id: "commit-1") {
            $0.append(contentsOf: [first], to: "user-ada")
            $0.append(contentsOf: [second, third], to: "digest-ada")
        }
        let events = try await store.collect()
        #expect(events.map(\.id) == [first.id, second.id, third.id])
        #expect(events.map(\.stream) == ["user-ada", "digest-ada", "digest-ada"])
        #expect(events.map(\.position) == [1, 2, 3])
        #expect(events.map(\.revision) == [1, 1, 2])
        #expect(receipt.commitID == "commit-1")
        #expect(receipt.firstPosition == 1)
        #expect(receipt.position == 3)
        #expect(receipt.streams.map(\.stream) == ["user-ada", "digest-ada"])
        #expect(receipt.streams.map(\.revision) == [1, 2])
        #expect(receipt.tasks.isEmpty)
        #expect(!receipt.isDuplicate)
        let head = try await store.head()
        #expect(head == receipt.checkpoint)
    }

    private static func refusedCommitLeavesNothing(_ run: Run) async throws {
        let store = run.subject
        let event = note(1)
        await expectConflict("The second of two streams is not at revision 9") {
            _ = try await store.commit(id: "refused") {
                $0.append(contentsOf: [event], to: "a")
                $0.append(contentsOf: [note(2)], to: "b", expecting: .revision(9))
            }
        }
        let events = try await store.collect()
        #expect(events.isEmpty)
        let head = try await store.headPosition()
        #expect(head == 0)
        // Neither the commit's id nor the event's is known, so both can be used for a commit that is in order.
        let receipt = try await store.commit(id: "refused") { $0.append(contentsOf: [event], to: "a") }
        #expect(!receipt.isDuplicate)
        #expect(receipt.position == 1)
    }

    private static func twoAppendsToOneStream(_ run: Run) async throws {
        let store = run.subject
        let receipt = try await store.commit {
            $0.append(contentsOf: [note(1)], to: "a", expecting: .newStream)
            $0.append(contentsOf: [note(2)], to: "b", expecting: .newStream)
            $0.append(contentsOf: [note(3), note(4)], to: "a", expecting: .revision(1))
            $0.append(contentsOf: [note(5)], to: "a", expecting: .revision(3))
        }
        #expect(receipt.streams.map(\.stream) == ["a", "b"])
        #expect(receipt.streams.map(\.revision) == [4, 1])
        await expectConflict(expected: "new", found: "1", "The second append sees the first") {
            _ = try await store.commit {
                $0.append(contentsOf: [note(6)], to: "c", expecting: .newStream)
                $0.append(contentsOf: [note(7)], to: "c", expecting: .newStream)
            }
        }
        let events = try await store.collect()
        #expect(events.map(\.stream) == ["a", "b", "a", "a", "a"])
        #expect(events.map(\.revision) == [1, 1, 2, 3, 4])
    }

    private static func receiptMeansDurable(_ run: Run) async throws {
        var receipts: [Receipt] = []
        for number in 1...20 {
            receipts.append(try await run.subject.append(note(number, tags: ["n:\(number)"]), to: "a-\(number % 3)"))
        }
        let before = try await run.subject.collect()
        let reopened = try await run.reopen()
        let after = try await reopened.collect()
        #expect(after == before)
        #expect(after.map(\.position) == receipts.map(\.position))
        let receipt = try await reopened.append(note(21), to: "a-0")
        #expect(receipt.position == 21)
        // The first one sees what the other one has committed.
        let seen = try await run.subject.headPosition()
        #expect(seen == 21)
    }

    private static func gapFree(_ run: Run) async throws {
        let store = run.subject
        var generator = run.generator
        var revisions: [StreamName: Int64] = [:]
        for number in 1...60 {
            let stream = StreamName("s-\(Int.random(in: 0..<5, using: &generator))")
            let count = Int.random(in: 1...4, using: &generator)
            let receipt = try await store.commit {
                $0.append(contentsOf: (0..<count).map { note(number * 10 + $0) }, to: stream)
            }
            revisions[stream, default: 0] += Int64(count)
            #expect(receipt.revision(of: stream) == Revision(revisions[stream] ?? 0), "seed \(run.seed)")
        }
        let events = try await store.collect()
        expectNoGaps(events, "seed \(run.seed)")
        #expect(events.count == Int(revisions.values.reduce(0, +)), "seed \(run.seed)")
    }

    private static func refusedCommitsUseNoPosition(_ run: Run) async throws {
        let store = run.subject
        _ = try await store.commit(id: "one") { $0.append(contentsOf: [note(1)], to: "a") }
        await expectConflict(expected: "5", found: "1", "A wrong revision") {
            _ = try await store.commit { $0.append(contentsOf: [note(2)], to: "a", expecting: .revision(5)) }
        }
        _ = try await store.commit(id: "one") { $0.append(contentsOf: [note(1)], to: "a") }
        let receipt = try await store.append(note(3), to: "a")
        #expect(receipt.position == 2)
        #expect(receipt.revision(of: "a") == 2)
    }

    private static func emptyCommit(_ run: Run) async throws {
        let store = run.subject
        let first = try await store.commit(Commit(id: "nothing"))
        #expect(first.firstPosition == nil)
        #expect(first.position == 0)
        #expect(first.streams.isEmpty)
        #expect(!first.isDuplicate)
        try await store.append(note(1), note(2), to: "a")
        let second = try await store.commit(Commit(id: "nothing again"))
        #expect(second.firstPosition == nil)
        #expect(second.position == 2)
        let repeated = try await store.commit(Commit(id: "nothing"))
        #expect(repeated == first.repeated)
        let head = try await store.headPosition()
        #expect(head == 2)
    }

    private static func emptyAppend(_ run: Run) async throws {
        let store = run.subject
        _ = try await store.commit { $0.append(contentsOf: [NewEvent](), to: "a") }
        let last = try await store.lastEvent(of: "a")
        #expect(last == nil)
        await expectConflict(expected: "existing", found: "0", "An empty append has an expectation too") {
            _ = try await store.commit { $0.append(contentsOf: [NewEvent](), to: "a", expecting: .existing) }
        }
    }

    private static func emptyCommitWithCondition(_ run: Run) async throws {
        let store = run.subject
        try await store.append(note(1, type: "test.started"), to: "a")
        await expectConflict(found: "1", "An event that matches is there") {
            _ = try await store.commit { $0.require(nothingMatching: EventQuery(types: ["test.started"]), after: 0) }
        }
        let receipt = try await store.commit {
            $0.require(nothingMatching: EventQuery(types: ["test.started"]), after: 1)
        }
        #expect(receipt.position == 1)
    }

    /// Expects positions from 1 and, in each stream, revisions from 1, without gaps.
    static func expectNoGaps(_ events: [RecordedEvent], _ what: String) {
        let positions = events.map(\.position.rawValue)
        #expect(positions == positions.indices.map { Int64($0) + 1 }, "\(what)")
        for (stream, members) in Dictionary(grouping: events, by: \.stream) {
            let revisions = members.map(\.revision.rawValue)
            #expect(revisions == revisions.indices.map { Int64($0) + 1 }, "\(stream): \(what)")
        }
    }
}

extension Receipt {
    /// The receipt that whoever sends the commit again gets.
    var repeated: Receipt {
        var copy = self
        copy.isDuplicate = true
        return copy
    }
}
#endif
