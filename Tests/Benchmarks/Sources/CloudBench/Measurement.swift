import EventLedger

/// What a row prints.
struct Measurement: Encodable {
    /// How many requests, commits, events or tasks, whatever the row counts.
    let operations: Int
    /// How long they took, by a clock that is never set.
    let seconds: Double
    /// The processor time of all threads of this process meanwhile.
    let cpuSeconds: Double
    /// The bytes of event data that were read: the proof that something was.
    var bytes: Int?

    /// Prints the measurement as one line of JSON.
    func report() throws { print(try JSONText(encoding: self).text) }
}
