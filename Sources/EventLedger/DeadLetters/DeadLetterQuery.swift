/// Which dead letters.
public struct DeadLetterQuery: Hashable, Sendable {
    /// What failed: a task or an event.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// Tasks.
        case task
        /// Events.
        case event
    }

    /// Only tasks, or only events.
    public var kind: Kind?
    /// Only from this queue, projection or reactor.
    public var origin: String?
    /// Only of this task kind or event type.
    public var type: String?
    /// Only in this state.
    public var state: DeadLetter.State?
    /// Only those that failed last at or after this time.
    public var since: Timestamp?
    /// Only those that failed last before this time.
    public var until: Timestamp?
    /// Only those whose error or payload contains this text, byte for byte.
    public var text: String?

    /// Makes a query for all letters, or for those that meet every given requirement.
    public init(
        kind: Kind? = nil, origin: String? = nil, type: String? = nil, state: DeadLetter.State? = nil,
        since: Timestamp? = nil, until: Timestamp? = nil, text: String? = nil
    ) {
        self.kind = kind
        self.origin = origin
        self.type = type
        self.state = state
        self.since = since
        self.until = until
        self.text = text
    }

    /// Whether a letter is meant. The reference of what stores must answer.
    public func matches(_ letter: DeadLetter) -> Bool {
        if let kind, (kind == .task) != letter.isTask { return false }
        if let origin, !letter.origin.isByteEqual(to: origin) { return false }
        if let type, !letter.type.isByteEqual(to: type) { return false }
        if let state, letter.state != state { return false }
        if let since, letter.lastFailedAt < since { return false }
        if let until, letter.lastFailedAt >= until { return false }
        if let text {
            let wanted = Array(text.utf8)
            guard [letter.errorType, letter.errorMessage, letter.payload].contains(where: { $0.containsBytes(wanted) })
            else { return false }
        }
        return true
    }
}

extension String {
    fileprivate func containsBytes(_ wanted: [UInt8]) -> Bool {
        guard let first = wanted.first else { return true }
        var rest = utf8[...]
        while let index = rest.firstIndex(of: first) {
            rest = rest[index...]
            if rest.starts(with: wanted) { return true }
            rest = rest.dropFirst()
        }
        return false
    }
}

/// Where the next page of dead letters begins.
public struct DeadLetterCursor: Hashable, Sendable, Codable {
    /// When the last letter of the page before failed last.
    public let lastFailedAt: Timestamp
    /// Its id.
    public let id: DeadLetterID

    /// Makes a cursor; stores do.
    public init(lastFailedAt: Timestamp, id: DeadLetterID) {
        self.lastFailedAt = lastFailedAt
        self.id = id
    }
}

/// One page of dead letters.
public struct DeadLetterPage: Hashable, Sendable {
    /// The letters, the latest failure first, ties by descending id.
    public let letters: [DeadLetter]
    /// Where the next page begins; `nil` where this was the last.
    public let next: DeadLetterCursor?

    /// Makes a page; stores do.
    public init(letters: [DeadLetter], next: DeadLetterCursor?) {
        self.letters = letters
        self.next = next
    }
}
