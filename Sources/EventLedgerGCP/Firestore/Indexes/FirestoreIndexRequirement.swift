/// What must be indexed for a query to be answered, as Firestore documents it: the fields that must equal something, in any
/// order and direction, then the fields of the order.
///
/// Source: "Index types in Cloud Firestore" and "Index merging" in Google's documentation.
package struct FirestoreIndexRequirement: Hashable, Sendable {
    package let collection: String
    /// Fields that must equal one or one of some values.
    package let equal: Set<String>
    /// Arrays that must hold one or one of some values.
    package let contains: Set<String>
    /// The fields of the order; those of ranges are behind them where the query does not order by them.
    package let order: [FirestoreQuery.Order]

    /// Whether the indexes that Firestore makes of single fields by itself are enough.
    package var isMetBySingleFields: Bool {
        order.isEmpty || (order.count == 1 && equal.isEmpty && contains.isEmpty)
    }

    /// The fields whose single-field indexes are used where these are enough.
    package var singleFields: Set<String> { equal.union(contains).union(order.map(\.field)) }
}

extension FirestoreQuery {
    /// What must be indexed: one requirement for each part of the filter that is joined to the others by or.
    package var requiredIndexes: Set<FirestoreIndexRequirement> {
        Set((filter?.alternatives ?? [[]]).map { requirement(of: $0) })
    }

    private func requirement(of parts: [FirestoreFilter]) -> FirestoreIndexRequirement {
        var equal: Set<String> = [], contains: Set<String> = [], ranges: Set<String> = []
        for case .field(let path, let operation, _) in parts {
            switch operation {
            case .equal, .oneOf: equal.insert(path)
            case .contains, .containsOneOf: contains.insert(path)
            case .less, .lessOrEqual, .greater, .greaterOrEqual: ranges.insert(path)
            }
        }
        var fields = order.filter { !equal.contains($0.field) }
        let implicit = ranges.subtracting(fields.map(\.field)).subtracting(equal).sorted()
        let descending = fields.last?.descending ?? false
        fields += implicit.map { Order($0, descending: descending) }
        return FirestoreIndexRequirement(collection: collection, equal: equal, contains: contains, order: fields)
    }
}

extension FirestoreFilter {
    /// The filter as alternatives, each of them fields' requirements that must all hold.
    fileprivate var alternatives: [[FirestoreFilter]] {
        switch self {
        case .field: [[self]]
        case .or(let filters): filters.flatMap(\.alternatives)
        case .and(let filters):
            filters.reduce([[]]) { known, filter in
                let next = filter.alternatives
                return known.flatMap { one in next.map { one + $0 } }
            }
        }
    }
}
