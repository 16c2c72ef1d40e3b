import EventLedger
import GCPTestSupport
import Synchronization
import TestSupport
import Testing

@testable import EventLedgerGCP

@Suite("Turns of those who write to one head") struct FirestoreTurnsTests {
    /// What the latecomer commits takes much reading, so that the head has changed whenever it comes to write.
    @Test(
        "Who never stops writing keeps nobody else from it", .enabled(if: GCPServices.hasFirestore, GCPServices.hint),
        .timeLimit(.minutes(10)))
    func latecomer() async throws {
        let bench = LedgerBench()
        let busy = try bench.open(), late = try bench.open()
        try await busy.commit { $0.append(contentsOf: [sample(0)], to: "busy") }
        let isDone = Mutex(false)
        // Far more than it can make while the other one gets its turns.
        let most = 6000
        async let made: Int = {
            for number in 1...most {
                if isDone.withLock({ $0 }) { return number }
                try await busy.commit { $0.append(contentsOf: [sample(number)], to: "busy") }
            }
            return most
        }()
        do {
            defer { isDone.withLock { $0 = true } }
            for number in 1...TestRun.count(10, thorough: 100) {
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
        #expect(try await made < most)
        expectWhole(try await busy.all())
    }

    @Test("A turn is asked for after every third race that is lost in a row")
    func asking() {
        var turns = FirestoreTurns()
        let words = (0..<6).map { _ in turns.lose() }
        #expect(words.map { $0 != nil } == [false, false, true, false, false, true])
        #expect(words[2] != words[5])
        turns.win()
        let word = turns.lose()
        #expect(word == nil)
    }

    @Test("Who wins holds back once for each word, and who waits does not")
    func holdingBack() {
        var turns = FirestoreTurns()
        // The second one comes before this writer has had a turn itself.
        let first = [nil, "a", "b"].map { turns.yields(to: $0) }
        #expect(first == [false, true, false])
        turns.win()
        let second = ["a", "b"].map { turns.yields(to: $0) }
        #expect(second == [false, true])
        turns.win()
        _ = turns.lose()
        let third = turns.yields(to: "c")
        #expect(!third)
    }

    @Test("Nobody holds back for its own word")
    func ownWord() throws {
        var turns = FirestoreTurns()
        let word = try #require((0..<3).compactMap { _ in turns.lose() }.last)
        turns.win()
        let yields = turns.yields(to: word)
        #expect(!yields)
    }

    @Test(
        "It is held back for as long as reading tells, within bounds",
        arguments: [(1, 50), (100, 400), (9000, 1000)])
    func courtesy(reading: Int, expected: Int) {
        #expect(
            FirestoreTurns.courtesy(afterReadingFor: .milliseconds(reading)) == .milliseconds(expected))
    }
}
