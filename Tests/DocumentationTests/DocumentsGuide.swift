import EventLedger

struct ReaderNote: DocumentModel {
    static let collection: CollectionName = "notes"
    let id: String
    let text: String
}

struct NoteTaken: Event {
    static let eventType: EventType = "note.taken"
    let reader: String
}

func note(_ text: String, about reader: String, in ledger: any Ledger) async throws {
    let stored = try await ledger.documents.document(DocumentKey(ReaderNote.collection, DocumentID(reader)))
    let condition = stored.map { VersionCondition.version($0.version) } ?? .absent
    _ = try await ledger.commit {
        try $0.append(NoteTaken(reader: reader), to: "reader-\(reader)")
        try $0.put(ReaderNote(id: reader, text: text), if: condition)
    }
}

func popularBooks(in documents: any DocumentReader) async throws -> [String] {
    let query = DocumentQuery(
        BookState.collection, where: [DocumentQuery.Filter("loans", .greaterOrEqual, 2)],
        orderedBy: DocumentQuery.Order("loans", descending: true), limit: 10
    )
    return try await documents.page(query).documents.map(\.key.id.rawValue)
}

func lentBooks(in documents: any DocumentReader) async throws -> [BookState] {
    var books: [BookState] = []
    for try await document in documents.all(DocumentQuery(BookState.collection)) {
        let book = try document.decode(BookState.self)
        if book.reader != nil { books.append(book) }
    }
    return books
}
