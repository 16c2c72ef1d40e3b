package import EventLedger

extension FirestoreQuery {
    /// The query as the REST interface writes it, `google.firestore.v1.StructuredQuery`.
    package var json: JSONValue {
        var query: JSONObject = ["from": [["collectionId": .string(collection)]]]
        if let filter { query["where"] = filter.json }
        if !order.isEmpty { query["orderBy"] = .array(order.map(\.json)) }
        if let start {
            query["startAt"] = [
                "values": .array(start.values.map(\.json)), "before": .bool(!start.isAfter),
            ]
        }
        if let limit { query["limit"] = .integer(Int64(limit)) }
        if let select {
            query["select"] = ["fields": .array(select.map { ["fieldPath": .string($0)] })]
        }
        return .object(query)
    }
}

extension FirestoreQuery.Order {
    fileprivate var json: JSONValue {
        ["field": ["fieldPath": .string(field)], "direction": descending ? "DESCENDING" : "ASCENDING"]
    }
}

extension FirestoreFilter {
    fileprivate var json: JSONValue {
        switch self {
        case .field(let path, let operation, let value):
            [
                "fieldFilter": [
                    "field": ["fieldPath": .string(path)], "op": .string(operation.rawValue), "value": value.json,
                ]
            ]
        case .and(let filters): Self.composite("AND", filters)
        case .or(let filters): Self.composite("OR", filters)
        }
    }

    private static func composite(_ operation: String, _ filters: [FirestoreFilter]) -> JSONValue {
        if filters.count == 1, let only = filters.first { return only.json }
        return ["compositeFilter": ["op": .string(operation), "filters": .array(filters.map(\.json))]]
    }
}
