#if canImport(Testing)
public import EventLedger

/// What a `DocumentStore` owes its users, by the numbers of its documentation.
///
/// ```swift
/// @Test(arguments: DocumentStoreConformance.obligations)
/// func documents(_ obligation: DocumentStoreConformance.Obligation) async throws {
///     try await obligation.check { clock in try await makeLedger(clock).documents }
/// }
/// ```
public enum DocumentStoreConformance {
    /// An obligation of a document store.
    public typealias Obligation = ConformanceObligation<any DocumentStore>
    typealias Run = ConformanceRun<any DocumentStore>

    /// All obligations.
    public static let obligations: [Obligation] = [writing, content, queries, ownership].flatMap { $0 }

    static func key(_ id: String, in collection: CollectionName = "papers") -> DocumentKey {
        DocumentKey(collection, DocumentID(id))
    }

    static func put(
        _ id: String, _ fields: JSONObject = [:], in collection: CollectionName = "papers",
        if condition: VersionCondition = .any
    ) -> DocumentWrite {
        .put(key(id, in: collection), fields, if: condition)
    }

    /// The ids of all documents in a collection, in order.
    static func ids(_ store: any DocumentStore, in collection: CollectionName = "papers") async throws -> [String] {
        try await store.collect(DocumentQuery(collection)).map(\.key.id.rawValue)
    }
}
#endif
