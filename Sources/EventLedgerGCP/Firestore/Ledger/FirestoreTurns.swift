import EventLedger

/// Whose turn it is, where several processes write to one partition.
///
/// The one that wrote last sends its next group without reading anything. Another one has to read before, and finds the head
/// changed again when its own group arrives: while the first has work, the other may wait for ever. So whoever loses several
/// races in a row writes a word of its own into the head, and how long it needs. That takes no race, but makes the next group
/// of everybody else be refused; they read afresh, find the word, and the one that won holds back for as long. Each word is
/// honoured once, so one whose writer died delays nobody for long.
///
/// Asking makes everybody read again and nobody any further. So nobody asks while somebody else's word stands there: between
/// two groups that are stored each writer asks once at the most, and one of them is stored, however many there are.
struct FirestoreTurns: Sendable {
    /// What a writer says that asks for its turn.
    struct Asker: Hashable, Sendable {
        /// Tells it from all others, and from itself another time.
        var word: String
        /// How long its last try took, from reading to being refused.
        var takes: Duration

        /// How long to hold back for it: until it has read and written, with room for the way to it and back.
        ///
        /// It tells by itself, since it may be far from the database or have much to read, which nobody else knows.
        ///
        /// - Parameter left: How long whoever waits here will wait yet; most of it is left to them.
        func courtesy(within left: Duration) -> Duration {
            let needed = max(min(takes, Self.limit) * 3, .milliseconds(50))
            return min(needed, Self.limit, max(left / 4, .zero))
        }

        private static let limit = Duration.seconds(2)
    }

    /// After so many lost races in a row, and after as many more, a turn is asked for.
    private static let patience = 3

    /// How many races were lost since the last group was stored, or given away.
    private var lost = 0
    private var own: String?
    private var honoured: String?
    /// Whether the head, as it was read last, had somebody else's word.
    private var isAsked = false

    /// A race for the head was lost.
    ///
    /// - Parameter taken: How long the try took.
    /// - Returns: What to ask with, where it is time to ask.
    mutating func lose(after taken: Duration) -> Asker? {
        guard !isAsked else { return nil }
        lost += 1
        guard lost.isMultiple(of: Self.patience) else { return nil }
        let word = String(UInt64.random(in: .min ... .max), radix: 36)
        own = word
        return Asker(word: word, takes: taken)
    }

    /// A group was stored.
    mutating func win() {
        lost = 0
        isAsked = false
    }

    /// The head was read, and is to be written.
    ///
    /// - Returns: Whether to hold back before for a writer that asks.
    mutating func yields(to asker: Asker?) -> Bool {
        guard let asker, asker.word != own else {
            isAsked = false
            return false
        }
        isAsked = true
        guard asker.word != honoured, lost == 0 else { return false }
        honoured = asker.word
        lost = 1
        return true
    }
}
