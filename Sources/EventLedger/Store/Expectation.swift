/// What a commit requires of a stream.
public enum Expectation: Hashable, Sendable {
    /// Nothing.
    case any
    /// That it has no event.
    case newStream
    /// That it has at least one event.
    case existing
    /// That its last event has exactly this revision; 0 is the same as ``newStream``.
    case revision(Revision)

    /// Checks the expectation against a stream's last revision.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/conflict`` that names what was expected and what was found.
    public func check(_ current: Revision, of stream: StreamName) throws {
        let holds =
            switch self {
            case .any: true
            case .newStream: current == 0
            case .existing: current > 0
            case .revision(let expected): current == expected
            }
        guard !holds else { return }
        let found = current == 0 ? "the stream does not exist" : "it is at revision \(current)"
        throw LedgerError(
            .conflict,
            "The stream '\(stream)' was expected to \(text), but \(found). Read it again and decide anew.",
            details: ["stream": stream.rawValue, "expected": detail, "found": "\(current)"]
        )
    }

    private var text: String {
        switch self {
        case .any: "be in any state"
        case .newStream: "be new"
        case .existing: "exist"
        case .revision(let revision): "be at revision \(revision)"
        }
    }

    private var detail: String {
        switch self {
        case .any: "any"
        case .newStream: "new"
        case .existing: "existing"
        case .revision(let revision): "\(revision)"
        }
    }
}

/// What a commit requires of the ledger: that no event behind a position matches a query.
public struct CommitCondition: Hashable, Sendable {
    /// What must not be there.
    public let query: EventQuery
    /// Behind which position; the position that the decision was based on.
    public let position: Position

    /// Makes a condition.
    public init(nothingMatching query: EventQuery, after position: Position) {
        self.query = query
        self.position = position
    }

    /// The error for a condition that does not hold.
    ///
    /// - Parameter found: The position of an event that matches.
    public func conflict(found: Position) -> LedgerError {
        LedgerError(
            .conflict,
            "Nothing matching the condition was expected after position \(position), but the event at position \(found) "
                + "does. Read again and decide anew.",
            details: ["expected": "nothing after \(position)", "found": "\(found)"]
        )
    }
}
