import EventLedger

/// Names that differ by bytes although a collation, a folding or a pattern might take them for one, and that contain what
/// paths, patterns and statements give a meaning to.
enum AwkwardNames {
    static let composed = "caf\u{E9}"
    static let decomposed = "cafe\u{301}"

    static let all = [
        composed, decomposed, "a", "A", "a ", " a", "a/b", "/", ".", "..", "a%b", "a_b", "a*b", "a'b", "a\"b", "a\\b",
        "a;b--",
        "__x__", "\u{1F600}", "\u{1F469}\u{200D}\u{1F4BB}", "\u{FB01}", "fi", "\u{212B}", "\u{C5}", "\u{200B}",
        "\u{10FFFF}",
        "null", "0", "00", "1e3", String(repeating: "n", count: LedgerLimits.nameBytes),
        String(repeating: "\u{E9}", count: LedgerLimits.nameBytes / 2),
    ]

    static let invalid = [
        "", "a\u{0}b", "a\nb", "\u{1F}", "\u{7F}", String(repeating: "n", count: LedgerLimits.nameBytes + 1),
        String(repeating: "\u{E9}", count: LedgerLimits.nameBytes / 2) + "n",
    ]
}

/// An event of little content.
func note(
    _ number: Int = 0, type: EventType = "test.noted", tags: [EventTag] = [], id: EventID = .timeOrdered()
) -> NewEvent {
    NewEvent(type: type, data: JSONText(JSONValue.object(["number": .integer(Int64(number))])), tags: tags, id: id)
}

/// A JSON string of so many bytes, quotes included.
func jsonString(bytes count: Int) -> JSONText {
    JSONText(JSONValue.string(String(repeating: "x", count: count - 2)))
}

extension EventReader {
    /// All events of a selection.
    func collect(_ selection: EventSelection = .all) async throws -> [RecordedEvent] {
        var events: [RecordedEvent] = []
        for try await event in read(selection) { events.append(event) }
        return events
    }

    /// All pages of a selection.
    func collectPages(_ selection: EventSelection) async throws -> [EventPage] {
        var pages: [EventPage] = []
        for try await page in read(selection).pages { pages.append(page) }
        return pages
    }
}

extension EventStore {
    /// Appends events to a stream.
    @discardableResult
    func append(_ events: NewEvent..., to stream: StreamName) async throws -> Receipt {
        try await commit { $0.append(contentsOf: events, to: stream) }
    }

    /// The position of the last event.
    func headPosition() async throws -> Position { try await head().position ?? .start }
}

extension DocumentReader {
    /// All documents of a query.
    func collect(_ query: DocumentQuery) async throws -> [Document] {
        var documents: [Document] = []
        for try await document in all(query) { documents.append(document) }
        return documents
    }
}
