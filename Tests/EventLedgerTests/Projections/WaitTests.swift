import EventLedger
import EventLedgerInMemory
import Synchronization
import Testing

@Suite struct WaitTests {
    @Test func looksBecomeRarer() async throws {
        let clock = NotedClock()
        let ledger = InMemoryLedger(clock: clock)
        try await ledger.project(Totals())
        let error = await #expect(throws: LedgerError.self) {
            try await ledger.wait(for: 1, in: "totals", timeout: .seconds(5))
        }
        #expect(error?.code == .timeout)
        let pauses = [20, 40, 80, 160, 320, 640, 1000, 1000, 1000, 740]
        #expect(clock.sleeps == pauses.map { Duration.milliseconds($0) })
    }
}

/// A clock on which every sleep is over at once, and noted.
private final class NotedClock: LedgerClock {
    private struct State {
        var now = Timestamp(microseconds: 0)
        var sleeps: [Duration] = []
    }

    private let state = Mutex(State())

    var now: Timestamp { state.withLock { $0.now } }
    var sleeps: [Duration] { state.withLock { $0.sleeps } }

    func sleep(until time: Timestamp) async throws {
        state.withLock { state in
            state.sleeps.append(time - state.now)
            state.now = time
        }
    }
}
