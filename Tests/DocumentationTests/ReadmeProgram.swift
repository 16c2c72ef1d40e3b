import EventLedger
import EventLedgerSQLite

struct BookLent: Event {
    static let eventType: EventType = "book.lent"
    let book: String, reader: String
    var tags: Set<EventTag> { ["book:\(book)", "reader:\(reader)"] }
}

struct Reader: DocumentModel {
    static let collection: CollectionName = "readers"
    let id: String
    var books: [String]
}

struct Readers: Projection {
    let name: ProjectionName = "readers", version = 1
    let query = EventQuery(types: [BookLent.eventType])
    let collections: Set<CollectionName> = [Reader.collection]

    func apply(_ event: RecordedEvent, to view: inout DocumentView) throws {
        guard let lent = try event.decode(BookLent.self) else { return }
        var reader = try view.get(Reader.self, id: lent.reader) ?? Reader(id: lent.reader, books: [])
        reader.books.append(lent.book)
        try view.put(reader)
    }
}

func lendOneBook(in file: String) async throws {
    let ledger = try await SQLiteLedger.open(file)
    let receipt = try await ledger.commit(id: "loan-1") {
        try $0.append(BookLent(book: "emma", reader: "ada"), to: "book-emma", expecting: .newStream)
    }
    try await ledger.project(Readers())
    for try await event in ledger.read(.category("book")) { print(event.position, event.type, event.data) }
    let ada = try await ledger.documents.get(Reader.self, id: "ada")
    print(receipt.isDuplicate ? "Lent before:" : "Lent now:", ada?.books ?? [])
    await ledger.close()
}
