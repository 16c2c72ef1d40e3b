import EventLedger

/// How the documents of a page are asked of Firestore: what an index can answer is left to it, the rest is sorted out here.
///
/// Every query for documents is one of these shapes, and ``FirestoreIndexes`` makes the indexes of the same shapes.
struct DocumentScan {
    /// The shapes.
    enum Shape: Hashable, Sendable {
        /// By id; fields that must equal something.
        case byID(equal: [String])
        /// By id; a field that must be in a range.
        case byIDInRange(of: String)
        /// By a field, then by id, perhaps in a range of the field.
        case byField(String, descending: Bool)
        /// By id among those whose field equals something; the order is by that field.
        case byFieldEqual(String, descending: Bool)
    }

    let shape: Shape
    /// The filters that Firestore applies, beside the collection's.
    private let filters: [FirestoreFilter]
    /// Whether Firestore leaves nothing to sort out, but for keys that are cut.
    let isExact: Bool

    init(_ query: DocumentQuery, declared: [String]) {
        let usable = query.filters.filter { filter in
            declared.contains { $0.isByteEqual(to: filter.field) } && filter.value.isFinite
        }
        let order = query.order.flatMap { order in declared.first { $0.isByteEqual(to: order.field) } }
        let pushed: [DocumentQuery.Filter]
        if let order, let wanted = query.order {
            pushed = usable.filter { $0.field.isByteEqual(to: order) }
            // Firestore does not order by a field that must equal something.
            let equal = pushed.filter { $0.comparison == .equal }
            shape =
                equal.isEmpty
                ? .byField(order, descending: wanted.descending)
                : .byFieldEqual(order, descending: wanted.descending)
            filters = (equal.isEmpty ? pushed : Array(equal.prefix(1))).flatMap(Self.pushedDown)
        } else if let equal = Self.distinct(usable.filter { $0.comparison == .equal }) {
            pushed = equal
            shape = .byID(equal: equal.map(\.field))
            filters = equal.flatMap(Self.pushedDown)
        } else if let first = usable.first {
            pushed = usable.filter { $0.field.isByteEqual(to: first.field) }
            shape = .byIDInRange(of: first.field)
            filters = pushed.flatMap(Self.pushedDown)
        } else {
            pushed = []
            shape = .byID(equal: [])
            filters = []
        }
        isExact = pushed.count == query.filters.count && (query.order == nil || order != nil)
    }

    /// The query of Firestore's.
    func query(collection: CollectionName, start: FirestoreQuery.Cursor?, limit: Int?) -> FirestoreQuery {
        Self.query(shape, collection: collection, filters: filters, start: start, limit: limit)
    }

    /// A query of a shape.
    static func query(
        _ shape: Shape, collection: CollectionName, filters: [FirestoreFilter], start: FirestoreQuery.Cursor? = nil,
        limit: Int? = nil
    ) -> FirestoreQuery {
        let order: [FirestoreQuery.Order] =
            switch shape {
            case .byID, .byIDInRange: [.init("id")]
            case .byFieldEqual(_, let descending): [.init("id", descending: descending)]
            case .byField(let field, let descending):
                [
                    .init(DeclaredFields.keyPath(of: field), descending: descending),
                    .init("id", descending: descending),
                ]
            }
        return FirestoreQuery(
            FirestoreDocuments.group,
            where: .and([.field("collection", .equal, .string(collection.rawValue))] + filters), order: order,
            start: start, limit: limit
        )
    }

    /// The field by whose keys documents come, where they do.
    var orderField: String? {
        switch shape {
        case .byField(let field, _), .byFieldEqual(let field, _): field
        case .byID, .byIDInRange: nil
        }
    }

    /// Where a page begins.
    func start(of query: DocumentQuery) -> FirestoreQuery.Cursor? {
        guard let cursor = query.cursor else { return nil }
        let id = FirestoreValue.bytes(Array(cursor.id.rawValue.utf8))
        guard orderField != nil, let value = cursor.value else { return query.order == nil ? .after([id]) : nil }
        let key = DocumentKeyBytes.encode(value)
        switch (shape, DocumentKeyBytes.mayBeCut(key)) {
        // Among cut keys the order is not that of ids: all documents of the key are looked at again.
        case (.byField, true): return .at([.bytes(key)])
        case (.byField, false): return .after([.bytes(key), id])
        // Another value than the one that is asked for may stand in the cursor: then all are looked at.
        case (.byFieldEqual(let field, _), false):
            let wanted = query.filters.first { $0.comparison == .equal && $0.field.isByteEqual(to: field) }
            return wanted.map { DocumentKeyBytes.encode($0.value) } == key ? .after([id]) : nil
        default: return nil
        }
    }

    /// Where to go on behind a document.
    func start(behind document: FirestoreDocument) throws -> FirestoreQuery.Cursor {
        guard let id = document.fields["id"] else { throw AnswerScanner.Unreadable() }
        guard case .byField(let field, _) = shape else { return .after([id]) }
        guard let key = StoredDocument.key(of: field, in: document.fields) else { throw AnswerScanner.Unreadable() }
        return .after([.bytes(key), id])
    }

    /// One filter for each field.
    private static func distinct(_ filters: [DocumentQuery.Filter]) -> [DocumentQuery.Filter]? {
        var kept: [DocumentQuery.Filter] = []
        for filter in filters where !kept.contains(where: { $0.field.isByteEqual(to: filter.field) }) {
            kept.append(filter)
        }
        return kept.isEmpty ? nil : kept
    }

    /// What Firestore can check of a filter; a little more gets through where the key is cut.
    private static func pushedDown(_ filter: DocumentQuery.Filter) -> [FirestoreFilter] {
        let path = DeclaredFields.keyPath(of: filter.field)
        let key = DocumentKeyBytes.encode(filter.value)
        let isCut = DocumentKeyBytes.mayBeCut(key)
        let kind = DocumentKeyBytes.bounds(ofKindOf: filter.value)
        func field(_ operation: FirestoreFilter.Operation, _ bytes: [UInt8]) -> FirestoreFilter {
            .field(path, operation, .bytes(bytes))
        }
        return switch filter.comparison {
        case .equal: [field(.equal, key)]
        case .less: [field(.greaterOrEqual, kind.first), field(isCut ? .lessOrEqual : .less, key)]
        case .lessOrEqual: [field(.greaterOrEqual, kind.first), field(.lessOrEqual, key)]
        case .greater: [field(isCut ? .greaterOrEqual : .greater, key), field(.less, kind.end)]
        case .greaterOrEqual: [field(.greaterOrEqual, key), field(.less, kind.end)]
        }
    }
}

extension JSONValue {
    fileprivate var isFinite: Bool {
        switch self {
        case .double(let value): value.isFinite
        case .array(let elements): elements.allSatisfy(\.isFinite)
        case .object(let object): object.fields.allSatisfy { $0.value.isFinite }
        default: true
        }
    }
}
