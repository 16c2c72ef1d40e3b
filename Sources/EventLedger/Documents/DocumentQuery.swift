/// Which documents of a collection, in which order.
///
/// Equality is typed: `true` is not 1, but the integer 1 and the double 1.0 are the same number. Values are ordered null,
/// bool, number, string, array, object; strings by bytes. A document that lacks the field of the order is left out; ties
/// are broken by id. These rules are the same on every backend.
public struct DocumentQuery: Hashable, Sendable {
    /// How a field is compared.
    public enum Comparison: Hashable, Sendable {
        /// The same value.
        case equal
        /// Less, among values of the same kind.
        case less
        /// Less or the same, among values of the same kind.
        case lessOrEqual
        /// Greater, among values of the same kind.
        case greater
        /// Greater or the same, among values of the same kind.
        case greaterOrEqual
    }

    /// One requirement.
    public struct Filter: Hashable, Sendable {
        /// The path of the field; keys joined by `.`.
        public let field: String
        /// How it is compared.
        public let comparison: Comparison
        /// What it is compared with.
        public let value: JSONValue

        /// Makes a requirement.
        public init(_ field: String, _ comparison: Comparison, _ value: JSONValue) {
            self.field = field
            self.comparison = comparison
            self.value = value
        }
    }

    /// The order of the result.
    public struct Order: Hashable, Sendable {
        /// The path of the field; keys joined by `.`.
        public let field: String
        /// Whether the greatest comes first. Ties are then broken by descending id too.
        public let descending: Bool

        /// Makes an order.
        public init(_ field: String, descending: Bool = false) {
            self.field = field
            self.descending = descending
        }
    }

    /// The collection.
    public var collection: CollectionName
    /// All of them must hold.
    public var filters: [Filter]
    /// The order; by id where it is `nil`.
    public var order: Order?
    /// How many documents a page holds at the most, 1 to 1,000.
    public var limit: Int
    /// Where to go on: the ``DocumentPage/next`` of the page before.
    public var cursor: DocumentCursor?

    /// Makes a query for all documents of a collection, by id.
    public init(
        _ collection: CollectionName, where filters: [Filter] = [], orderedBy order: Order? = nil, limit: Int = 100,
        from cursor: DocumentCursor? = nil
    ) {
        self.collection = collection
        self.filters = filters
        self.order = order
        self.limit = limit
        self.cursor = cursor
    }

    /// Checks names, the limit and the cursor.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/invalidName`` or ``LedgerError/Code/invalidValue``.
    public func validate() throws {
        try collection.validate()
        guard (1...1000).contains(limit) else {
            throw LedgerError(.invalidValue, "A page of \(limit) documents was asked for; 1 to 1,000 are possible.")
        }
        for field in filters.map(\.field) + (order.map { [$0.field] } ?? []) {
            guard !field.isEmpty, !field.split(separator: ".", omittingEmptySubsequences: false).contains("") else {
                throw LedgerError(.invalidValue, "The field path '\(field)' has an empty part. Name the field.")
            }
        }
        guard cursor == nil || (cursor?.value == nil) == (order == nil) else {
            throw LedgerError(
                .invalidValue, "The cursor belongs to a query with another order. Start without a cursor.")
        }
    }
}

/// Where the next page begins.
public struct DocumentCursor: Hashable, Sendable, Codable {
    /// The value of the order's field in the last document; `nil` where the order is by id.
    public let value: JSONValue?
    /// The id of the last document.
    public let id: DocumentID

    /// Makes a cursor; stores do.
    public init(value: JSONValue?, id: DocumentID) {
        self.value = value
        self.id = id
    }
}

/// One page of a query's result.
public struct DocumentPage: Hashable, Sendable {
    /// The documents in order.
    public let documents: [Document]
    /// Where the next page begins; `nil` where this was the last.
    public let next: DocumentCursor?

    /// Makes a page; stores do.
    public init(documents: [Document], next: DocumentCursor?) {
        self.documents = documents
        self.next = next
    }
}
