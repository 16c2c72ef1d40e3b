import EventLedger

/// A composite index of a collection.
struct FirestoreIndex: Hashable, Sendable {
    enum Field: Hashable, Sendable {
        case ordered(String, descending: Bool)
        case contains(String)
    }

    let collection: String
    let fields: [Field]

    /// The index that meets a requirement by itself.
    init(_ requirement: FirestoreIndexRequirement) {
        collection = requirement.collection
        fields =
            requirement.equal.sorted().map { .ordered($0, descending: false) }
            + requirement.contains.sorted().map { .contains($0) }
            + requirement.order.map { .ordered($0.field, descending: $0.descending) }
    }

    /// The fields in front of an order, where the index ends with it.
    func prefix(before order: [FirestoreQuery.Order]) -> Set<Field>? {
        let end = order.map { Field.ordered($0.field, descending: $0.descending) }
        guard fields.count >= end.count, Array(fields.suffix(end.count)) == end else { return nil }
        return Set(fields.dropLast(end.count).map(\.ascending))
    }

    /// As in `firestore.indexes.json`.
    var json: JSONValue {
        [
            "collectionGroup": .string(collection), "queryScope": "COLLECTION",
            "fields": .array(fields.map(\.json)),
        ]
    }
}

extension FirestoreIndex.Field {
    /// The direction of a field that must equal something does not matter.
    fileprivate var ascending: Self {
        if case .ordered(let path, _) = self { .ordered(path, descending: false) } else { self }
    }

    fileprivate var json: JSONValue {
        switch self {
        case .ordered(let path, let descending):
            ["fieldPath": .string(path), "order": descending ? "DESCENDING" : "ASCENDING"]
        case .contains(let path): ["fieldPath": .string(path), "arrayConfig": "CONTAINS"]
        }
    }
}
