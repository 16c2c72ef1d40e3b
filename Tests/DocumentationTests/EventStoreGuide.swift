import EventLedger

struct BookReturned: Event {
    static let eventType: EventType = "book.returned"
    let book: String, reader: String
    var tags: Set<EventTag> { ["book:\(book)", "reader:\(reader)"] }
}

enum LoanError: Error {
    case isLentAlready, tooManyBooks
}

func lend(_ book: String, to reader: String, in ledger: any Ledger) async throws -> Receipt {
    let stream: StreamName = "book-\(book)"
    while true {
        let last = try await ledger.lastEvent(of: stream)
        guard last?.type != BookLent.eventType else { throw LoanError.isLentAlready }
        let seen = last?.revision ?? 0
        do {
            return try await ledger.commit {
                try $0.append(BookLent(book: book, reader: reader), to: stream, expecting: .revision(seen))
            }
        } catch LedgerError.Code.conflict {
            continue  // Somebody was faster: look again.
        }
    }
}

func lendWithinLimit(_ book: String, to reader: String, in ledger: any Ledger) async throws -> Receipt {
    let loans = EventQuery(types: [BookLent.eventType, BookReturned.eventType], tags: ["reader:\(reader)"])
    let seen = try await ledger.head().position ?? .start
    var count = 0
    for try await event in ledger.read(.query(loans).through(seen)) {
        count += event.type == BookLent.eventType ? 1 : -1
    }
    guard count < 3 else { throw LoanError.tooManyBooks }
    return try await ledger.commit {
        try $0.append(BookLent(book: book, reader: reader), to: "book-\(book)")
        $0.require(nothingMatching: loans, after: seen)
    }
}

func lend(_ book: String, to reader: String, asAskedIn request: String, in ledger: any Ledger) async throws -> Receipt {
    try await ledger.commit(
        id: "request:\(request)", metadata: Metadata(correlationID: request, actor: reader, provenance: ["desk"])
    ) {
        try $0.append(BookLent(book: book, reader: reader), to: "book-\(book)")
    }
}

struct ReaderRegistered: Event {
    static let eventType: EventType = "reader.registered"
    static let schemaVersion = 2
    let reader: String, name: String

    static func upcast(_ fields: inout JSONObject, from version: Int) throws {
        // Version 1 had two names.
        let names = [fields["first"], fields["last"]].compactMap { $0?.stringValue }
        fields["name"] = .string(names.joined(separator: " "))
    }
}

func describe(_ event: RecordedEvent) throws -> String {
    let catalog = EventCatalog(BookLent.self, ReaderRegistered.self, superseded: ["book.borrowed": BookLent.self])
    switch try catalog.decode(event) {
    case let lent as BookLent: return "\(lent.reader) has \(lent.book)."
    case let registered as ReaderRegistered: return "\(registered.name) is a reader."
    default: return "An event of type \(event.type)."
    }
}

func lastLoans(of reader: String, in ledger: any EventReader) async throws -> [RecordedEvent] {
    var events: [RecordedEvent] = []
    for try await event in ledger.read(.tags("reader:\(reader)").backwards.limit(10)) { events.append(event) }
    return events
}

func follow(
    _ ledger: any EventReader, from checkpoint: Checkpoint, handle: ([RecordedEvent], Checkpoint) async throws -> Void
) async throws {
    for try await element in ledger.subscribe(.category("book"), after: checkpoint) {
        switch element {
        case .events(let events, let checkpoint): try await handle(events, checkpoint)
        case .caughtUp(let checkpoint): print("Caught up at \(checkpoint).")
        }
    }
}

func agentLedger(of ledger: any Ledger) -> ScopedLedger {
    ledger.scoped(to: Scope(collections: ["summaries"], eventTypes: ["agent.acted"], categories: ["agent"]))
}
