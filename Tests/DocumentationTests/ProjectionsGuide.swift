import EventLedger

struct BookState: DocumentModel {
    static let collection: CollectionName = "books"
    let id: String
    var reader: String?
    var loans = 0
}

struct Books: Projection {
    let name: ProjectionName = "books", version = 1
    let query = EventQuery(types: [BookLent.eventType, BookReturned.eventType])
    let collections: Set<CollectionName> = [BookState.collection]

    func reads(_ event: RecordedEvent) throws -> [DocumentKey] {
        guard let lent = try event.decode(BookLent.self) else { return [] }
        return [DocumentKey(BookState.collection, DocumentID(lent.book))]
    }

    func apply(_ event: RecordedEvent, to view: inout DocumentView) throws {
        if let lent = try event.decode(BookLent.self) {
            var book = try view.get(BookState.self, id: lent.book) ?? BookState(id: lent.book)
            book.reader = lent.reader
            book.loans += 1
            try view.put(book)
        } else if let returned = try event.decode(BookReturned.self),
            var book = try view.get(BookState.self, id: returned.book)
        {
            book.reader = nil
            try view.put(book)
        }
    }
}

func lendAndLook(in ledger: any Ledger) async throws -> BookState? {
    let receipt = try await ledger.commit { try $0.append(BookLent(book: "emma", reader: "ada"), to: "book-emma") }
    try await ledger.project(Books())
    try await ledger.wait(for: receipt.position, in: "books", timeout: .seconds(5))
    return try await ledger.documents.get(BookState.self, id: "emma")
}

func runBooks(on ledger: any Ledger) async throws {
    let projector = Projector(
        Books(), from: ledger, into: ledger.documents, deadLetters: ledger.deadLetters,
        policy: FailurePolicy(retry: RetryPolicy(maxAttempts: 3), then: .parkStream), clock: ledger.clock
    )
    try await projector.run()
}

func projectors(of ledger: any Ledger, count: Int) throws -> [Projector] {
    try (0..<count).map { index in
        Projector(Books(), from: ledger, into: ledger.documents, partition: try Partition(index: index, of: count))
    }
}

func rebuildBooks(in ledger: any Ledger) async throws -> ProjectionReport {
    try await ledger.rebuild(Books())
}

struct ReaderThanked: Event {
    static let eventType: EventType = "reader.thanked"
    let reader: String
}

struct ThankYou: Reactor {
    let name: ReactorName = "thank-you"
    let query = EventQuery(types: [BookReturned.eventType])
    let send: @Sendable (String) async throws -> Void

    func react(to event: RecordedEvent, in context: ReactionContext) async throws -> Commit {
        guard let returned = try event.decode(BookReturned.self) else { return Commit() }
        try await send(returned.reader)
        var commit = Commit()
        try commit.append(ReaderThanked(reader: returned.reader), to: "reader-\(returned.reader)")
        return commit
    }
}

func thank(in ledger: any Ledger, send: @escaping @Sendable (String) async throws -> Void) async throws {
    try await ReactorRunner(ThankYou(send: send), on: ledger, startingAt: .beginning).catchUp()
}
