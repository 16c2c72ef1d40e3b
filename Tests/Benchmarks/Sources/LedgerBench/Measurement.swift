import EventLedger

/// What a row prints.
struct Measurement: Encodable {
    /// How many events, commits or tasks, whatever the row counts.
    let operations: Int
    /// How long they took, by a clock that is never set.
    let seconds: Double
    /// From a commit's receipt to its delivery, where the row looks at that.
    var microseconds: Latencies?
    /// From the call of a commit to its delivery.
    var microsecondsFromCall: Latencies?
    /// How many transactions wrote what the row made, where it cannot be told from the options.
    var transactions: Int?
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
