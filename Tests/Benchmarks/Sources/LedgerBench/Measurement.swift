import EventLedger

/// What a row prints.
struct Measurement: Encodable {
    /// How many events, commits or tasks, whatever the row counts.
    let operations: Int
    /// How long they took, by a clock that is never set.
    let seconds: Double
    /// How long the single operations took, where the row looks at that.
    var microseconds: Latencies?
    /// The bytes of event data that were read: the proof that something was.
    var bytes: Int?

    /// Ends a measurement that began at a time.
    init(operations: Int, since start: ContinuousClock.Instant) {
        self.operations = operations
        seconds = start.duration(to: .now) / .seconds(1)
    }

    /// Prints the measurement as one line of JSON.
    func report() throws { print(try JSONText(encoding: self).text) }
}

/// How samples of a time are spread, in microseconds.
struct Latencies: Encodable {
    /// Half of the samples took at most so long.
    let p50: Double
    /// 99 of 100 samples took at most so long.
    let p99: Double
    /// The longest.
    let max: Double

    /// Sums up samples; `nil` where there are none.
    init?(_ samples: [Duration]) {
        let sorted = samples.sorted()
        guard let last = sorted.last else { return nil }
        // The nearest rank: the smallest sample that at least so many of a hundred do not exceed.
        func percentile(_ percent: Int) -> Double {
            sorted[(sorted.count * percent + 99) / 100 - 1] / .microseconds(1)
        }
        p50 = percentile(50)
        p99 = percentile(99)
        max = last / .microseconds(1)
    }
}
