import EventLedger
import Synchronization

/// A clock that stands still until it is stepped; whoever sleeps steps it.
final class StepClock: LedgerClock {
    private let time = Mutex(Timestamp(microseconds: 1_700_000_000_000_000))

    var now: Timestamp { time.withLock { $0 } }

    func step(_ duration: Duration) { time.withLock { $0 = $0 + duration } }

    func sleep(until wanted: Timestamp) async throws {
        try Task.checkCancellation()
        time.withLock { $0 = max($0, wanted) }
    }
}
