import EventLedger
import EventLedgerInMemory
import EventLedgerTesting
import Testing

@Suite("Decisions on a stream") struct DecideTests {
    private struct SeatTaken: Event {
        static let eventType: EventType = "seat.taken"
        let by: String
    }

    private struct Full: Error {}

    private let ledger = InMemoryLedger(clock: TestClock())

    @discardableResult
    private func take(_ reader: String, seats: Int, attempts: Int = 10) async throws -> Receipt {
        try await ledger.decide(
            on: "hall-1", from: 0, evolve: { taken, event in event is SeatTaken ? taken + 1 : taken },
            catalog: EventCatalog(SeatTaken.self), attempts: attempts
        ) { taken in
            guard taken < seats else { throw Full() }
            return [SeatTaken(by: reader)]
        }
    }

    @Test func manyAtOnceTakeAsManySeatsAsThereAre() async throws {
        let taken = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<20 {
                group.addTask {
                    do {
                        _ = try await take("reader\(number)", seats: 5, attempts: 100)
                        return true
                    } catch { return false }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(taken == 5)
        #expect(try await ledger.page(.stream("hall-1")).events.count == 5)
    }

    @Test func whatWasNotDecidedIsNotWritten() async throws {
        try await take("ada", seats: 1)
        await #expect(throws: Full.self) { try await take("grace", seats: 1) }
        #expect(try await ledger.head() == Checkpoint(1))
    }

    @Test func eventsOfAnyTypesAndOfOneTypeAreAppended() async throws {
        let decided: [any Event] = [SeatTaken(by: "ada")]
        let taken = ["grace", "alan"].map { SeatTaken(by: $0) }
        try await ledger.commit {
            try $0.append(contentsOf: decided, to: "hall-1")
            try $0.append(contentsOf: taken, to: "hall-1")
        }
        let readers = try await ledger.page(.all).events.map { try $0.decode(SeatTaken.self)?.by }
        #expect(readers == ["ada", "grace", "alan"])
    }

    @Test func aQueryThatNamesNothingIsRefused() async throws {
        do {
            _ = try await ledger.page(.query(EventQuery(types: [])))
            Issue.record("It was read.")
        } catch {
            #expect(LedgerError.Code.invalidValue ~= error)
        }
        #expect(try await ledger.page(.query(.all)).events.isEmpty)
    }
}
