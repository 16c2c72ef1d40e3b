import EventLedger

/// The event of the comparison as a Swift type.
struct Measured: Event {
    static let eventType: EventType = "bench.measured"

    let n: Int
    let text: String
    /// Not part of the data.
    var tagCount = 0

    private enum CodingKeys: CodingKey { case n, text }

    var tags: Set<EventTag> { tagCount == 0 ? [] : [Content.userTag(of: n), Content.runTag(of: n)] }
}
