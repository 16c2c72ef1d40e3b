package import EventLedger

/// Who has borrowed which books, and how many books are out: a projection with two collections, reads, and deletions.
package struct Lending: Projection {
    package struct Lent: Event {
        package static let eventType: EventType = "book.lent"
        package let book: String, reader: String
    }

    package struct Returned: Event {
        package static let eventType: EventType = "book.returned"
        package let book: String, reader: String
    }

    package struct Reader: DocumentModel {
        package static let collection: CollectionName = "readers"
        package let id: String
        package var books: [String]
    }

    package struct Total: DocumentModel {
        package static let collection: CollectionName = "totals"
        package let id: String
        package var out: Int
    }

    package init() {}

    package let name: ProjectionName = "lending", version = 1
    package let query = EventQuery(types: [Lent.eventType, Returned.eventType])
    package let collections: Set<CollectionName> = [Reader.collection, Total.collection]

    package func apply(_ event: RecordedEvent, to view: inout DocumentView) throws {
        var total = try view.get(Total.self, id: "all") ?? Total(id: "all", out: 0)
        if let lent = try event.decode(Lent.self) {
            var reader = try view.get(Reader.self, id: lent.reader) ?? Reader(id: lent.reader, books: [])
            reader.books.append(lent.book)
            total.out += 1
            try view.put(reader)
        } else if let returned = try event.decode(Returned.self),
            var reader = try view.get(Reader.self, id: returned.reader)
        {
            reader.books.removeAll { $0 == returned.book }
            total.out -= 1
            if reader.books.isEmpty { try view.delete(Reader.self, id: reader.id) } else { try view.put(reader) }
        }
        try view.put(total)
    }

    package static func lendBooks(in ledger: any Ledger) async throws {
        for index in 0..<30 {
            _ = try await ledger.commit {
                try $0.append(Lent(book: "book\(index)", reader: "reader\(index % 4)"), to: "book-\(index)")
            }
            guard index % 3 == 2 else { continue }
            _ = try await ledger.commit {
                let reader = "reader\((index - 2) % 4)"
                try $0.append(Returned(book: "book\(index - 2)", reader: reader), to: "book-\(index - 2)")
            }
        }
    }
}
