import ArgumentParser
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
            throw ValidationError("\(events) events were read, not \(expected). Prepare the ledger anew.")
        }
    }
}

/// A sequence of numbers that looks random and is the same in every program of the comparison: D. E. Knuth's linear
/// congruential generator for MMIX (The Art of Computer Programming, volume 2, section 3.3.4), begun at 1.
struct LinearSequence {
    private var state: UInt64 = 1

    /// The next number from 0 to below a bound.
    mutating func next(below bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }
}
