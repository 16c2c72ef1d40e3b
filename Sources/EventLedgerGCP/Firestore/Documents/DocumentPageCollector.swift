import EventLedger

/// Collects the documents of a page from documents that come in the order of their keys, in bounded memory.
///
/// Documents whose keys are cut and the same come in the order of their ids, which need not be that of the query: they are
/// sorted among themselves, and of many only the first are kept. The same is done to all documents where the order is by a
/// field that is not declared.
struct DocumentPageCollector {
    private let query: DocumentQuery
    /// How documents come.
    private let orderField: String?
    /// In order, and final.
    private var found: [Document] = []
    /// Of one cut key, or of an order that no index has.
    private var tied: [Document] = []
    private var tiedKey: [UInt8]?

    init(_ query: DocumentQuery, orderField: String?) {
        self.query = query
        self.orderField = orderField
    }

    /// Whether no document that is still to come belongs to the page.
    var isComplete: Bool { found.count > query.limit }

    /// Takes the next document.
    mutating func add(_ stored: FirestoreDocument, as collection: CollectionName) throws {
        let document = try StoredDocument.read(stored.fields, as: collection)
        if let orderField {
            let key = StoredDocument.key(of: orderField, in: stored.fields)
            let cut = key.flatMap { DocumentKeyBytes.mayBeCut($0) ? $0 : nil }
            if cut != tiedKey { settle() }
            tiedKey = cut
        }
        guard query.matches(document.fields), query.isAfterCursor(document) else { return }
        guard tiedKey != nil || (query.order != nil && orderField == nil) else { return found.append(document) }
        tied.append(document)
        if tied.count >= 2 * query.limit + 2 { trim() }
    }

    /// The page, once there are no more documents or it is complete.
    mutating func page() -> DocumentPage {
        settle()
        let documents = Array(found.prefix(query.limit))
        return DocumentPage(
            documents: documents,
            next: found.count > query.limit ? documents.last.map { query.cursor(after: $0) } : nil
        )
    }

    private mutating func settle() {
        guard !tied.isEmpty else { return }
        trim()
        found += tied
        tied.removeAll()
    }

    private mutating func trim() {
        tied.sort(by: query.precedes)
        let wanted = max(query.limit + 1 - found.count, 0)
        if tied.count > wanted { tied.removeLast(tied.count - wanted) }
    }
}
