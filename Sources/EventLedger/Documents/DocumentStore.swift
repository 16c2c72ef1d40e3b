/// Reads documents.
public protocol DocumentReader: Sendable {
    /// The documents that exist among those asked for, in no particular order.
    ///
    /// - Parameter keys: Any number.
    func documents(_ keys: [DocumentKey]) async throws -> [Document]

    /// One page of a query's result.
    func page(_ query: DocumentQuery) async throws -> DocumentPage

    /// The collections that hold documents, with how many, by name. The ledger's own are among them. One that a projection owns
    /// is listed under the name that readers use, with its live documents, besides the collections of its builds.
    func collections() async throws -> [CollectionSummary]
}

/// A collection and how many documents stand in it.
public struct CollectionSummary: Hashable, Sendable {
    /// The collection.
    public let name: CollectionName
    /// How many documents it holds.
    public let count: Int

    /// Makes a summary; stores do.
    public init(name: CollectionName, count: Int) {
        self.name = name
        self.count = count
    }
}

/// Keeps documents: read models and whatever else an application wants to find by key.
///
/// What a store owes its users, each a case of the conformance suite:
///
/// 1. A batch is written as a whole or not at all, also when the process dies.
/// 2. Conditions on versions are checked in the same atomic step; one that fails is a `conflict`, and nothing is written.
/// 3. A read that begins after a write has returned sees it.
/// 4. Versions begin at 1 and grow by one with each write.
/// 5. Fields are returned as they were put: integers and doubles apart, strings byte for byte, nested arrays, empty keys.
/// 6. Queries answer as ``DocumentQuery/matches(_:)`` and ``DocumentQuery/precedes(_:_:)`` say, page after page, without a
///    document twice or left out where nothing changes meanwhile.
/// 7. Names and limits are checked before any input or output (``DocumentBatch/validate()``).
/// 8. A collection that a projection owns is written by that projection alone; others get `collectionOwned`. It is owned
///    where ``CollectionOwnership/key(of:)`` holds a document.
/// 9. Reading an owned collection reads the version of it that is live (``CollectionOwnership/live``).
/// 10. Reserved collections are written only by batches that have an author.
/// 11. Order of writes in a batch is kept: the last write to a key wins, and each write's condition sees those before it.
public protocol DocumentStore: DocumentReader {
    /// Writes documents, all or none.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/conflict`` where a condition does not hold,
    ///   ``LedgerError/Code/collectionOwned``, ``LedgerError/Code/forbidden``, or what ``DocumentBatch/validate()`` throws.
    func write(_ batch: DocumentBatch) async throws
}

extension DocumentStore {
    /// Writes documents, all or none.
    public func write(_ writes: [DocumentWrite]) async throws { try await write(DocumentBatch(writes)) }

    /// Reads a document, changes it, and writes it if nobody has changed it meanwhile; else begins anew.
    ///
    /// ```swift
    /// try await ledger.documents.update(Settings.self, id: "ada") { settings in
    ///     settings = settings ?? Settings(id: "ada")
    ///     settings?.mailsPerWeek = 2
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - type: The model.
    ///   - id: The document's id.
    ///   - attempts: How often it is tried, from 1.
    ///   - change: Changes the model; `nil` is no document, before and after. It may run several times.
    /// - Returns: What was written.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/conflict`` after the last attempt, or what the closure and the store
    ///   throw.
    @discardableResult
    public func update<Model: DocumentModel>(
        _ type: Model.Type, id: String, attempts: Int = 10, _ change: (inout Model?) throws -> Void
    ) async throws -> Model? {
        let key = DocumentKey(Model.collection, DocumentID(id))
        var attempt = 1
        while true {
            let document = try await document(key)
            var model = try document?.decode(type)
            try change(&model)
            let condition = document.map { VersionCondition.version($0.version) } ?? .absent
            do {
                if let model {
                    try await write([.put(key, try JSONObject(encoding: model), if: condition)])
                } else if document != nil {
                    try await write([.delete(key, if: condition)])
                }
                return model
            } catch LedgerError.Code.conflict where attempt < attempts {
                attempt += 1
            }
        }
    }
}

extension DocumentReader {
    /// The document with a key, if there is one.
    public func document(_ key: DocumentKey) async throws -> Document? { try await documents([key]).first }

    /// The model with an id, if there is one.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/decodingFailed``.
    public func get<Model: DocumentModel>(_ type: Model.Type, id: String) async throws -> Model? {
        try await document(DocumentKey(Model.collection, DocumentID(id)))?.decode(type)
    }

    /// All documents of a query, page after page; the query's limit is the size of a page.
    ///
    /// ```swift
    /// for try await document in ledger.documents.all(DocumentQuery("papers")) { … }
    /// ```
    public func all(_ query: DocumentQuery) -> Documents { Documents(reader: self, query: query) }
}

/// The documents of a query, one after the other, in constant memory.
public struct Documents: AsyncSequence, Sendable {
    public typealias Element = Document

    let reader: any DocumentReader
    let query: DocumentQuery

    public func makeAsyncIterator() -> Iterator { Iterator(reader: reader, query: query) }

    /// Reads page after page.
    public struct Iterator: AsyncIteratorProtocol {
        private let reader: any DocumentReader
        private var query: DocumentQuery
        private var buffer: [Document] = []
        private var index = 0
        private var isLast = false

        init(reader: any DocumentReader, query: DocumentQuery) {
            self.reader = reader
            self.query = query
        }

        public mutating func next() async throws -> Document? {
            while index == buffer.count {
                guard !isLast else { return nil }
                let page = try await reader.page(query)
                buffer = page.documents
                index = 0
                query.cursor = page.next
                isLast = page.next == nil
            }
            defer { index += 1 }
            return buffer[index]
        }
    }
}
