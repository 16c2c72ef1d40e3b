import BenchSupport
import EventLedger

/// The events that every program of the comparison writes: 300 bytes of data, 100 events a stream.
///
/// Event `i` stands in the stream `bench-<i / 100>`. With two tags they are `user:<i % 1000>` and `run:<i / 1000>`.
struct Content {
    static let eventsPerStream = 100
    static let eventsPerRun = 1000
    static let users = 1000

    /// How many tags each event has, 0 or 2.
    let tags: Int
    /// Whether the data are encoded from a Swift type; else they are written as text.
    let isTyped: Bool
    /// What the names of the streams begin with.
    let streamPrefix: String
    private let data = NumberedJSON(bytes: 300)

    init(tags: Int, isTyped: Bool = false, streamPrefix: String = "bench-") {
        self.tags = tags
        self.isTyped = isTyped
        self.streamPrefix = streamPrefix
    }

    /// A prefix for streams that no other run of the program has written to.
    static func newPrefix() -> String { "bench-\(String(UInt32.random(in: 0x1000_0000 ... .max), radix: 16))-" }

    /// A stream of a prepared ledger.
    static func stream(_ index: Int) -> StreamName { "bench-\(index)" }
    static func userTag(of number: Int) -> EventTag { "user:\(number % users)" }
    static func runTag(of number: Int) -> EventTag { "run:\(number / eventsPerRun)" }

    /// Makes the event of a number, with a new time-ordered id.
    func event(_ number: Int) throws -> NewEvent {
        if isTyped { return try NewEvent(Measured(n: number, text: data.filling(number), tagCount: tags)) }
        return NewEvent(
            type: Measured.eventType, data: try data.json(number),
            tags: tags == 0 ? [] : [Self.userTag(of: number), Self.runTag(of: number)]
        )
    }

    /// The stream that the event of a number goes to.
    func stream(of number: Int) -> StreamName { "\(streamPrefix)\(number / Self.eventsPerStream)" }

    /// Makes a commit of events: one append for each stream.
    func commit(_ numbers: Range<Int>) throws -> Commit {
        var commit = Commit()
        var first = numbers.lowerBound
        while first < numbers.upperBound {
            let end = min(numbers.upperBound, (first / Self.eventsPerStream + 1) * Self.eventsPerStream)
            commit.append(contentsOf: try (first..<end).map(event), to: stream(of: first))
            first = end
        }
        return commit
    }
}
