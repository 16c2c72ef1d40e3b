import EventLedger
import EventLedgerGCP
import TestSupport

/// Several writers that commit to Firestore at once. Settings: `writers`; `count`, the commits of each; `filler`, the most
/// bytes that fill an event.
///
/// It tells `ack COMMIT FIRST LAST` after each receipt, and stops when the parent says "stop".
struct CloudCommitting {
    let order: ChildOrder
    let parent: Parent

    private static let streams = 12

    func run() async throws {
        parent.tell("started")
        let ledger = try await order.openCloud(telling: parent)
        let count = try order.number("count", unless: 10_000)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<(try order.number("writers", unless: 4)) {
                group.addTask { try await commit(count, of: writer, to: ledger) }
            }
            try await group.waitForAll()
        }
        parent.tell("ended")
    }

    private func commit(_ count: Int, of writer: Int, to ledger: FirestoreLedger) async throws {
        let name = "\(order.name)/\(writer)"
        let filler = try order.number("filler", unless: 0)
        var choices = Choices(seed: try order.seed() &+ UInt64(writer) &* 1_000_003)
        for number in 1...max(1, count) where !parent.hasSaid("stop") {
            let streams = (0..<Int.random(in: 1...3, using: &choices)).map { _ in
                StreamName("steps-\(Int.random(in: 0..<Self.streams, using: &choices))")
            }
            let size = filler > 0 ? Int.random(in: 0...filler, using: &choices) : 0
            let commit = try ChildSteps.commit(number, of: name, to: streams, filler: size)
            let receipt = try await parent.insisting(on: commit.id.rawValue) { try await ledger.commit(commit) }
            parent.tell("ack \(commit.id) \(receipt.firstPosition ?? .start) \(receipt.position)")
        }
    }
}
