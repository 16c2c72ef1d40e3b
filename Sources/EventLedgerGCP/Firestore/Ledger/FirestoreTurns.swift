import EventLedger

/// Whose turn it is, where several processes write to one partition.
///
/// The one that wrote last sends its next group without reading anything. Another one has to read before, and finds the head
/// changed again when its own group arrives: while the first has work, the other may wait for ever. So whoever loses several
/// races in a row writes a word of its own into the head. That takes no race, but makes the next group of everybody else be
/// refused; they read afresh, find the word, and hold back for a moment. Each word is honoured once, so one whose writer died
/// delays nobody for long.
struct FirestoreTurns: Sendable {
    /// After so many lost races in a row, and after as many more, a turn is asked for.
    private static let patience = 3

    /// How many races were lost since the last group was stored, or given away.
    private var lost = 0
    private var own: String?
    private var honoured: String?

    /// A race for the head was lost.
    ///
    /// - Returns: The word to ask with, where it is time to ask.
    mutating func lose() -> String? {
        lost += 1
        guard lost.isMultiple(of: Self.patience) else { return nil }
        own = String(UInt64.random(in: .min ... .max), radix: 36)
        return own
    }

    /// A group was stored.
    mutating func win() { lost = 0 }

    /// Whether to hold back for a writer that asks.
    mutating func yields(to asker: String?) -> Bool {
        guard let asker, asker != own, asker != honoured, lost == 0 else { return false }
        honoured = asker
        lost = 1
        return true
    }

    /// How long to hold back: as long as the other one needs, as a rule, to read and to write.
    ///
    /// - Parameter reading: How long this writer has just read.
    static func courtesy(afterReadingFor reading: Duration) -> Duration {
        min(max(reading * 4, .milliseconds(50)), .seconds(1))
    }
}
