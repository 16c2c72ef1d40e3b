import EventLedger
import Testing

@testable import EventLedgerGCP

/// Reads the queries out of recorded requests, as the server would.
enum RecordedQuery {
    static func queries(of requests: [HTTPRequest]) throws -> [FirestoreQuery] {
        try requests.compactMap { request in
            let body = try JSONText(request.body).value().objectValue
            let aggregated = body?["structuredAggregationQuery"]?.objectValue
            guard let query = (aggregated ?? body)?["structuredQuery"]?.objectValue else { return nil }
            return try read(query)
        }
    }

    private static func read(_ json: JSONObject) throws -> FirestoreQuery {
        let collection = try #require(json["from"]?.arrayValue?.first?.objectValue?["collectionId"]?.stringValue)
        let order = try (json["orderBy"]?.arrayValue ?? []).map { part -> FirestoreQuery.Order in
            let field = try #require(part.objectValue?["field"]?.objectValue?["fieldPath"]?.stringValue)
            return .init(field, descending: part.objectValue?["direction"] == "DESCENDING")
        }
        return FirestoreQuery(collection, where: try json["where"].map { try filter($0) }, order: order)
    }

    private static func filter(_ json: JSONValue) throws -> FirestoreFilter {
        if let composite = json.objectValue?["compositeFilter"]?.objectValue {
            let parts = try (composite["filters"]?.arrayValue ?? []).map { try filter($0) }
            return composite["op"] == "OR" ? .or(parts) : .and(parts)
        }
        let field = try #require(json.objectValue?["fieldFilter"]?.objectValue)
        let path = try #require(field["field"]?.objectValue?["fieldPath"]?.stringValue)
        let name = try #require(field["op"]?.stringValue)
        return .field(path, try #require(FirestoreFilter.Operation(rawValue: name)), .null)
    }
}
