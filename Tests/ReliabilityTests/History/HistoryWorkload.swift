import EventLedger
import EventLedgerTesting

/// Many clients that commit at the same time, with readers and subscribers beside them.
struct HistoryWorkload: Sendable {
    let seed: UInt64
    /// How many commit, each one commit after the other.
    let clients: Int
    /// How many commits each of them makes, repetitions not counted.
    let commits: Int
    let readers: Int
    /// How often each of them reads.
    let reads: Int

    private static let endType: EventType = "history.ended"

    /// Lets all of it happen on ledgers that have the same store open.
    func run(on ledgers: [any LeasingLedger]) async throws -> History {
        let recorder = HistoryRecorder()
        // The task of a subscriber, who would wait for the end for ever, must not outlive a failure.
        let subscribers = ledgers.map { ledger in Task { try await subscribe(to: ledger) } }
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<clients {
                    group.addTask {
                        var client = HistoryClient(number: number, workload: self, ledgers: ledgers, recorder: recorder)
                        try await client.work(commits)
                    }
                }
                for number in 0..<readers {
                    group.addTask { try await read(number: number, from: ledgers, recorder) }
                }
                try await group.waitForAll()
            }
            var end = Commit(id: "end")
            end.append(contentsOf: [NewEvent(type: Self.endType, data: .emptyObject, id: "end")], to: "end")
            try await recorder.send(end, by: -1) { try await ledgers[0].commit($0) }
        } catch {
            for subscriber in subscribers { subscriber.cancel() }
            throw error
        }
        var history = recorder.history
        for subscriber in subscribers { history.deliveries.append(try await subscriber.value) }
        for try await event in ledgers[0].read() { history.log.append(event) }
        return history
    }

    private func subscribe(to ledger: any LeasingLedger) async throws -> [RecordedEvent] {
        var events: [RecordedEvent] = []
        for try await event in ledger.subscribe().events {
            events.append(event)
            if event.type == Self.endType { break }
        }
        return events
    }

    private func read(number: Int, from ledgers: [any LeasingLedger], _ recorder: HistoryRecorder) async throws {
        var random = generator(of: clients + number)
        var reach = Position.start
        for _ in 0..<reads {
            let back = Int64.random(in: 0...20, using: &random)
            let ledger = ledgers[Int.random(in: 0..<ledgers.count, using: &random)]
            reach = max(
                reach, try await recorder.read(behind: Position(max(0, reach.rawValue - back)), from: ledger))
            // Whoever reads before anybody has committed sees nothing, however often.
            if reach == .start { try await ledger.waitForEvents(after: .start) }
            await Task.yield()
        }
    }

    /// The chances of one participant.
    func generator(of participant: Int) -> SeededGenerator {
        SeededGenerator(seed: seed &+ UInt64(participant) &* 0xD1B5_4A32_D192_ED03)
    }
}
