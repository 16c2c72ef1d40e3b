import EventLedger
import EventLedgerSQLite
import TestSupport

/// Several writers that commit at once, and checkpoint now and then. Settings:
///
/// - `writers`, and `count`, the commits of each;
/// - `rounds`: so many times the ledger is opened and closed on the way;
/// - `checkpoints`: one in so many commits is followed by a checkpoint, none where it is 0;
/// - `completions`: one in so many commits completes a task;
/// - `filler`: the most bytes that fill an event;
/// - `waits`: 1 to begin when the parent says "go".
///
/// It tells `ack COMMIT FIRST LAST` after each receipt, and stops when the parent says "stop".
struct Committing {
    let order: ChildOrder
    let parent: Parent

    private static let streams = 12

    func run() async throws {
        let writers = try order.number("writers", unless: 4)
        let rounds = max(1, try order.number("rounds", unless: 1))
        let perRound = try order.number("count", unless: 10_000) / rounds
        parent.tell("started")
        for round in 0..<rounds where !parent.hasSaid("stop") {
            let ledger = try await order.open(telling: parent)
            if round == 0, try order.number("waits", unless: 0) == 1 { try await parent.wait(for: "go") }
            let first = round * perRound + 1
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<writers {
                    group.addTask { try await commit(first..<(first + perRound), of: writer, to: ledger) }
                }
                try await group.waitForAll()
            }
            await ledger.close()
        }
        parent.tell("ended")
    }

    private func commit(_ numbers: Range<Int>, of writer: Int, to ledger: SQLiteLedger) async throws {
        let name = "\(order.name)/\(writer)"
        let checkpoints = try order.number("checkpoints", unless: 0)
        let completions = try order.number("completions", unless: 4)
        let filler = try order.number("filler", unless: 0)
        var choices = Choices(seed: try order.seed() &+ UInt64(writer) &* 1_000_003 &+ UInt64(numbers.lowerBound))
        for number in numbers where !parent.hasSaid("stop") {
            let streams = (0..<Int.random(in: 1...3, using: &choices)).map { _ in
                StreamName("steps-\(Int.random(in: 0..<Self.streams, using: &choices))")
            }
            let size = filler > 0 ? Int.random(in: 0...filler, using: &choices) : 0
            let lease = choices.isOneIn(completions) ? try await lease(from: ledger) : nil
            let commit = try ChildSteps.commit(number, of: name, to: streams, filler: size, completing: lease)
            let receipt = try await parent.insisting(on: commit.id.rawValue) { try await ledger.commit(commit) }
            parent.tell("ack \(commit.id) \(receipt.firstPosition ?? .start) \(receipt.position)")
            if choices.isOneIn(checkpoints) { try await checkpoint(ledger) }
        }
    }

    /// A task of an earlier commit, held for longer than any test runs.
    private func lease(from ledger: SQLiteLedger) async throws -> TaskLease? {
        let leased = try await parent.insisting(on: "lease") {
            try await ledger.leasedTasks.lease(
                from: [ChildSteps.queue], limit: 1, for: .seconds(3600), worker: WorkerName(order.name))
        }
        return leased.first?.lease
    }

    /// A checkpoint may find readers in its way; the next one does what it could not.
    private func checkpoint(_ ledger: SQLiteLedger) async throws {
        do {
            _ = try await ledger.checkpoint()
            parent.tell("checkpointed")
        } catch LedgerError.Code.timeout {
            parent.tell("postponed checkpoint")
        }
    }
}
