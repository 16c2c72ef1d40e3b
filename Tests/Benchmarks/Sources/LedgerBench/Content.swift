import EventLedger

/// The events that every program of the comparison writes: 300 bytes of data, 100 events a stream.
///
/// Event `i` stands in the stream `bench-<i / 100>`. With two tags they are `user:<i % 1000>` and `run:<i / 1000>`.
struct Content {
    static let eventType: EventType = "bench.measured"
    static let eventsPerStream = 100
    static let eventsPerRun = 1000
    static let users = 1000
    private static let dataBytes = 300

    /// How many tags each event has, 0 or 2.
    let tags: Int
    /// Whether the data are encoded from a Swift type; else they are written as text.
    let isTyped: Bool
    /// What the names of the streams begin with.
    let category: String
    /// The filling text, by the number of digits of the event's number.
    private let fillings: [String]

    init(tags: Int, isTyped: Bool = false, category: String = "bench") {
        self.tags = tags
        self.isTyped = isTyped
        self.category = category
        let frame = "{\"n\":,\"text\":\"\"}".utf8.count
        fillings = (0...19).map { digits in String(repeating: "x", count: Self.dataBytes - frame - digits) }
    }

    func stream(of number: Int) -> StreamName { "\(category)-\(number / Self.eventsPerStream)" }
    static func stream(_ index: Int) -> StreamName { "bench-\(index)" }
    static func userTag(of number: Int) -> EventTag { "user:\(number % users)" }
    static func runTag(of number: Int) -> EventTag { "run:\(number / eventsPerRun)" }

    /// Makes the event of a number, with a new time-ordered id.
    func event(_ number: Int) throws -> NewEvent {
        let digits = String(number)
        let filling = fillings[digits.utf8.count]
        if isTyped { return try NewEvent(Measured(n: number, text: filling, tagCount: tags)) }
        return NewEvent(
            type: Self.eventType, data: try JSONText("{\"n\":\(digits),\"text\":\"\(filling)\"}"),
            tags: tags == 0 ? [] : [Self.userTag(of: number), Self.runTag(of: number)]
        )
    }

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

/// The same event as a Swift type.
struct Measured: Event {
    static let eventType = Content.eventType

    let n: Int
    let text: String
    /// Not part of the data.
    var tagCount = 0

    private enum CodingKeys: CodingKey { case n, text }

    var tags: Set<EventTag> { tagCount == 0 ? [] : [Content.userTag(of: n), Content.runTag(of: n)] }
}
