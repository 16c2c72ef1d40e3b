import BenchSupport
import EventLedger

/// Counts what was read, so that nobody can say it was not.
struct ReadTally {
    private var events = 0
    private var bytes = 0

    mutating func count(_ event: RecordedEvent) {
        events += 1
        bytes += event.data.bytes.count
    }

    func measurement(since start: ContinuousClock.Instant) -> Measurement {
        var measurement = Measurement(operations: events, since: start)
        measurement.bytes = bytes
        return measurement
    }

    /// Fails where another number of events was read than there must be.
    func require(_ expected: Int) throws {
        guard events == expected else {
            throw BenchmarkFailure("\(events) events were read, not \(expected). Prepare the ledger anew.")
        }
    }
}
