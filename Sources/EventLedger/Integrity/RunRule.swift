/// Which events begin and end a run: an undertaking that the verifier expects to come to an end.
///
/// What belongs to one run is told by a tag, such as `run:42`; where an event has no such tag, by its correlation id.
public struct RunRule: Hashable, Sendable {
    /// The type of event that begins a run.
    public let start: EventType
    /// The type of event that ends it.
    public let end: EventType
    /// How the tag begins that names the run.
    public let tagPrefix: String

    /// Makes a rule.
    public init(start: EventType, end: EventType, tagPrefix: String = "run:") {
        self.start = start
        self.end = end
        self.tagPrefix = tagPrefix
    }

    /// The run that an event belongs to.
    func run(of event: RecordedEvent, metadata: Metadata) -> String? {
        let prefix = Array(tagPrefix.utf8)
        return event.tags.first { $0.rawValue.utf8.starts(with: prefix) }?.rawValue ?? metadata.correlationID
    }
}

/// The runs that have begun and not ended, in bounded memory.
struct OpenRuns {
    private struct Key: Hashable {
        let rule: Int
        let run: EventTag  // compared by bytes
    }

    private let rules: [RunRule]
    private let limit: Int
    private var started: [Key: Position] = [:]

    /// How many starts were not followed because too many runs were open.
    private(set) var ignoredCount = 0

    init(rules: [RunRule], limit: Int) {
        self.rules = rules
        self.limit = limit
    }

    /// - Returns: Whether the event begins a run that nothing names, so that its end cannot be found.
    mutating func take(_ event: RecordedEvent, metadata: Metadata) -> Bool {
        var isNameless = false
        for (index, rule) in rules.enumerated() where event.type == rule.start || event.type == rule.end {
            guard let run = rule.run(of: event, metadata: metadata) else {
                if event.type == rule.start { isNameless = true }
                continue
            }
            let key = Key(rule: index, run: EventTag(run))
            if event.type == rule.end {
                started[key] = nil
            } else if started[key] == nil {
                if started.count < limit { started[key] = event.position } else { ignoredCount += 1 }
            }
        }
        return isNameless
    }

    /// What began and did not end, by position.
    var unfinished: [(position: Position, run: String, rule: RunRule)] {
        started.map { (position: $0.value, run: $0.key.run.rawValue, rule: rules[$0.key.rule]) }
            .sorted { $0.position < $1.position }
    }
}
