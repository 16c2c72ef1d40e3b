import EventLedger
import EventLedgerTesting
import TestSupport
import Testing

@Suite("The verifier with seals")
struct SealVerificationTests {
    private func verify(_ events: [RecordedEvent], _ seals: [Seal]) async throws -> VerificationReport {
        try await LedgerVerifier(ArrayReader(events: events), .init(seals: seals)).verify()
    }

    private func seals(_ events: [RecordedEvent], _ sizes: [Int64]) async throws -> [Seal] {
        var seals: [Seal] = []
        for size in sizes { seals.append(try await LedgerSealer(ArrayReader(events: events)).seal(first: size)) }
        return seals
    }

    /// Events with all hashes computed anew, as somebody would do who has write access and time.
    private func history(_ count: Int, with other: Int?) throws -> [RecordedEvent] {
        var chain = Chain()
        for index in 0..<count {
            try chain.append(to: StreamName("thing-\(index % 7)"), data: #"{"n":\#(index == other ? -1 : index)}"#)
        }
        return chain.events
    }

    @Test("Seals of a ledger hold while it grows")
    func growing() async throws {
        let events = try history(40, with: nil)
        let seals = try await seals(Array(events.prefix(30)), [30, 0, 1, 16, 30])
        let report = try await verify(events, seals)
        #expect(report.findings.isEmpty)
        #expect(report.seals.map(\.seal) == seals)
        #expect(report.seals.allSatisfy { $0.outcome == .holds && $0.root == $0.seal.root })
    }

    @Test("A ledger that lost its end is found truncated, where without a seal it looks sound")
    func truncated() async throws {
        let events = try history(40, with: nil)
        let seals = try await seals(events, [39, 20, 40])
        for count in [0, 1, 20, 38] {
            let short = Array(events.prefix(count))
            #expect(try await verify(short, []).isSound)
            let report = try await verify(short, seals)
            #expect(!report.isSound)
            #expect(report.count(of: .truncated) == (count < 20 ? 3 : 2))
            #expect(report.count(of: .rewritten) == 0)
            #expect(report.seals.map(\.outcome) == [.truncated, count < 20 ? .truncated : .holds, .truncated])
        }
    }

    @Test("A history that was written anew is found, where without a seal it looks sound")
    func rewritten() async throws {
        let events = try history(40, with: nil)
        let seals = try await seals(events, [10, 17, 18, 40])
        for other in [0, 9, 17, 39] {
            let changed = try history(40, with: other)
            #expect(try await verify(changed, []).isSound)
            let report = try await verify(changed, seals)
            #expect(!report.isSound)
            #expect(report.seals.map(\.outcome) == seals.map { $0.size > Int64(other) ? .rewritten : .holds })
            #expect(report.count(of: .rewritten) == seals.filter { $0.size > Int64(other) }.count)
            #expect(report.findings.allSatisfy { $0.kind == .rewritten && $0.severity == .error })
        }
    }

    @Test("Content that was changed without its hash is not what was sealed")
    func changedContent() async throws {
        var events = try history(40, with: nil)
        let seals = try await seals(events, [9, 40])
        events[9] = events[9].with(data: try JSONText("[]"))
        let report = try await verify(events, seals)
        #expect(report.count(of: .brokenChain) == 1)
        #expect(report.seals.map(\.outcome) == [.holds, .rewritten])
    }

    @Test("What was swapped, taken out or put in is found")
    func moved() async throws {
        let events = try history(40, with: nil)
        let seals = try await seals(events, [8, 40])
        var swapped = events
        swapped[20] = events[21].with(position: 21)
        swapped[21] = events[20].with(position: 22)
        var holed = events
        holed.remove(at: 20)
        var doubled = events
        // Both on one page: a reader goes on behind the position that it has seen last.
        doubled.insert(events[16], at: 16)
        for changed in [swapped, holed, doubled] {
            let report = try await verify(changed, seals)
            #expect(report.seals.map(\.outcome) == [.holds, .rewritten])
            #expect(report.count(of: .rewritten) == 1)
        }
    }

    @Test("Of many events that were changed at random, every one is found")
    func random() async throws {
        var generator = SeededGenerator(seed: try TestRun.seed())
        let count = Int.random(in: 50...200, using: &generator)
        let events = try history(count, with: nil)
        let seals = try await seals(events, [Int64(count)])
        for _ in 0..<30 {
            let other = Int.random(in: 0..<count, using: &generator)
            let report = try await verify(try history(count, with: other), seals)
            #expect(report.seals.map(\.outcome) == [.rewritten], "event \(other) of \(count), \(TestRun.hint)")
        }
    }
}
