import EventLedger
import GCPTestSupport
import Synchronization
import TestSupport
import Testing

@testable import EventLedgerGCP

@Suite("Turns of those who write to one head", .timeLimit(.minutes(10))) struct FirestoreTurnsTests {
    private typealias Asker = FirestoreTurns.Asker

    /// What the latecomer commits takes much reading, so that the head has changed whenever it comes to write.
    @Test("Who never stops writing keeps nobody else from it", .enabled(if: GCPServices.hasFirestore, GCPServices.hint))
    func latecomer() async throws {
        let bench = LedgerBench()
        let busy = try bench.open(), late = try bench.open()
        // Far more than it can make while the other one gets its turns.
        let count = TestRun.count(10, thorough: 100), most = 600 * count
        let made = try await commits(of: busy, atMost: most) {
            for number in 1...count {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for writer in 0..<8 {
                        group.addTask {
                            let commit = try ChildSteps.commit(
                                number, of: "late/\(writer)", to: ["steps-\(writer)", "steps-\((writer + 1) % 8)"])
                            try await late.commit(commit)
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }
        #expect(made < most)
        expectWhole(try await busy.all())
    }

    @Test(
        "Who is far from the database has its turns beside one that is near",
        .enabled(if: GCPServices.hasFirestore, GCPServices.hint))
    func farAway() async throws {
        let bench = LedgerBench()
        let busy = try bench.open(), other = try bench.open()
        // Each of its requests takes as long as many others.
        let way = ScriptedTransport { request in
            for _ in 0..<20 { _ = try await other.head() }
            return try await GCPServices.transport.send(request)
        }
        let far = try bench.open(through: way)
        let count = TestRun.count(3, thorough: 10), most = 3000 * count
        let made = try await commits(of: busy, atMost: most) {
            for number in 1...count {
                try await far.commit { $0.append(contentsOf: [sample(number)], to: "far") }
            }
        }
        #expect(made < most)
        expectWhole(try await busy.all())
    }

    /// - Returns: How many commits a ledger makes, one after the other, until something else is done.
    private func commits(
        of busy: FirestoreLedger, atMost most: Int, until other: @Sendable () async throws -> Void
    ) async throws -> Int {
        try await busy.commit { $0.append(contentsOf: [sample(0)], to: "busy") }
        let isDone = Mutex(false)
        async let made: Int = {
            for number in 1...most {
                if isDone.withLock({ $0 }) { return number }
                try await busy.commit { $0.append(contentsOf: [sample(number)], to: "busy") }
            }
            return most
        }()
        do {
            defer { isDone.withLock { $0 = true } }
            try await other()
        }
        return try await made
    }

    @Test(
        "A word that stands there spoils nothing of what others remember, and goes with the next commit",
        .enabled(if: GCPServices.hasFirestore, GCPServices.hint))
    func leftBehind() async throws {
        let bench = LedgerBench()
        let ledger = try bench.open()
        let partition = ledger.writer.partition
        let path = partition.paths.head(partition.number)
        for number in 1...4 {
            let receipt = try await ledger.commit {
                $0.append(contentsOf: [sample(number)], to: "a", expecting: .revision(Revision(Int64(number - 1))))
            }
            #expect(receipt.position == Position(Int64(number)))
            #expect(!receipt.isDuplicate)
            let stored = try await partition.head()
            #expect(stored.position == Int64(number))
            #expect(stored.asker == nil)
            let asker = Asker(word: "of nobody \(number)", takes: .milliseconds(number))
            _ = try await partition.database.commit([FirestoreHead.write(asker: asker, at: path)], resource: "a head")
            let asked = try await partition.head()
            #expect(asked.asker == asker)
            #expect(asked.position == stored.position)
            #expect(asked.recordedAt == stored.recordedAt)
        }
        expectWhole(try await bench.open().all())
    }

    @Test("A word makes no head where there is none", .enabled(if: GCPServices.hasFirestore, GCPServices.hint))
    func noHead() async throws {
        let ledger = try LedgerBench().open()
        let partition = ledger.writer.partition
        let asker = Asker(word: "a", takes: .zero)
        let write = FirestoreHead.write(asker: asker, at: partition.paths.head(partition.number))
        await #expect(throws: FirestoreConflict.self) {
            _ = try await partition.database.commit([write], resource: "a head")
        }
        #expect(try await partition.head().updateTime == nil)
    }

    @Test("A turn is asked for after every third race that is lost in a row")
    func asking() {
        var turns = FirestoreTurns()
        let askers = (1...6).map { turns.lose(after: .seconds($0)) }
        let takes: [Duration?] = [nil, nil, .seconds(3), nil, nil, .seconds(6)]
        #expect(askers.map { $0?.takes } == takes)
        #expect(askers[2]?.word != askers[5]?.word)
        turns.win()
        let asker = turns.lose(after: .zero)
        #expect(asker == nil)
    }

    @Test("Nobody asks while somebody else does")
    func askingBesideOthers() {
        var turns = FirestoreTurns()
        _ = turns.lose(after: .zero)
        let yields = turns.yields(to: Asker(word: "a", takes: .zero))
        #expect(!yields)
        let beside = (0..<9).map { _ in turns.lose(after: .zero) }
        #expect(beside.allSatisfy { $0 == nil })
        // The word is gone, with somebody's commit.
        _ = turns.yields(to: nil)
        let alone = (0..<2).map { _ in turns.lose(after: .zero) != nil }
        #expect(alone == [false, true])
    }

    @Test("Who wins holds back once for each word, and who waits does not")
    func holdingBack() {
        var turns = FirestoreTurns()
        let askers = ["a", "b", "c"].map { Asker(word: $0, takes: .zero) }
        // The second one comes before this writer has had a turn itself.
        let first = [nil, askers[0], askers[1]].map { turns.yields(to: $0) }
        #expect(first == [false, true, false])
        turns.win()
        let second = askers.prefix(2).map { turns.yields(to: $0) }
        #expect(second == [false, true])
        turns.win()
        _ = turns.lose(after: .zero)
        let third = turns.yields(to: askers[2])
        #expect(!third)
    }

    @Test("Nobody holds back for its own word")
    func ownWord() throws {
        var turns = FirestoreTurns()
        let asker = try #require((0..<3).compactMap { _ in turns.lose(after: .zero) }.last)
        turns.win()
        let yields = turns.yields(to: asker)
        #expect(!yields)
    }

    @Test(
        "It is held back for as long as the other one needs, within bounds",
        arguments: [
            (1, 30_000, 50), (100, 30_000, 300), (9000, 30_000, 2000), (Int64.max / 2_000_000, 30_000, 2000),
            (100, 400, 100), (100, 0, 0), (100, -5, 0),
        ] as [(Int64, Int64, Int64)])
    func courtesy(takes: Int64, left: Int64, expected: Int64) {
        let courtesy = Asker(word: "a", takes: .milliseconds(takes)).courtesy(within: .milliseconds(left))
        #expect(courtesy == .milliseconds(expected))
    }
}
