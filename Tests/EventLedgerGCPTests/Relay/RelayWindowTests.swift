import EventLedger
import TestSupport
import Testing

@testable import EventLedgerGCP

@Suite struct RelayWindowTests {
    @Test func theCheckpointNeverPassesWhatIsNotConfirmed() throws {
        for seed in try TestRun.seeds(50, thorough: 5000) {
            var random = SeededNumbers(seed)
            let batching = EventBatching(
                maximumEvents: .random(in: 1...5, using: &random), maximumBytes: .random(in: 1...40, using: &random),
                maximumInFlight: .random(in: 1...6, using: &random)
            )
            var window = RelayWindow(batching)
            var position: Int64 = 0, revisions: [Int: Int64] = [:]
            var underWay: [RelayWindow.Batch] = [], confirmed: Set<Int64> = [], reached: Int64 = 0
            for _ in 0..<200 {
                switch Int.random(in: 0..<3, using: &random) {
                case 0 where window.pageCount < 8:
                    let events = try (0..<Int.random(in: 0...6, using: &random)).map { _ in
                        position += 1
                        let stream = Int.random(in: 0..<4, using: &random)
                        revisions[stream, default: 0] += 1
                        return try SampleEvents.event(
                            position, stream: "s-\(stream)", revision: revisions[stream] ?? 1
                        )
                    }
                    window.add(EventPage(events: events, checkpoint: Checkpoint(Position(position)), next: nil)) { _ in
                        10
                    }
                case 1: underWay += window.takeBatches()
                default:
                    guard !underWay.isEmpty else { continue }
                    let batch = underWay.remove(at: .random(in: 0..<underWay.count, using: &random))
                    window.confirm(batch)
                    confirmed.formUnion(batch.events.map(\.position.rawValue))
                }
                for batch in underWay {
                    #expect(batch.events.count <= batching.maximumEvents, "\(TestRun.hint(seed))")
                    #expect(
                        batch.events.count * 10 <= max(10, batching.maximumBytes), "\(TestRun.hint(seed))"
                    )
                }
                let streams = underWay.flatMap { Set($0.events.map(\.stream)) }
                #expect(streams.count == Set(streams).count, "\(TestRun.hint(seed))")
                if let checkpoint = window.takeConfirmedCheckpoint() { reached = checkpoint.position?.rawValue ?? -1 }
                #expect((0..<reached).allSatisfy { confirmed.contains($0 + 1) }, "\(TestRun.hint(seed))")
            }
            while window.pageCount > 0 {
                underWay += window.takeBatches()
                if let batch = underWay.popLast() { window.confirm(batch) }
                if let checkpoint = window.takeConfirmedCheckpoint() { reached = checkpoint.position?.rawValue ?? -1 }
            }
            #expect(reached == position, "\(TestRun.hint(seed))")
        }
    }
}

/// SplitMix64.
private struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}
