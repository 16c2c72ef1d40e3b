import EventLedger

@testable import EventLedgerGCP

// What a query means, as far as tasks need it: strings and integers, ascending.
extension FirestoreQuery {
    func matches(_ document: FirestoreDocument) -> Bool {
        let values = order.map { document.fields[$0.field] }
        guard filter?.holds(for: document.fields) ?? true, !values.contains(nil) else { return false }
        guard let start else { return true }
        for (value, bound) in zip(values, start.values) {
            guard let value, value != bound else { continue }
            return bound.precedes(value)
        }
        return !start.isAfter
    }

    func precedes(_ one: FirestoreDocument, _ other: FirestoreDocument) -> Bool {
        for part in order {
            guard let left = one.fields[part.field], let right = other.fields[part.field], left != right
            else {
                continue
            }
            return left.precedes(right)
        }
        return one.path < other.path
    }
}

extension FirestoreFilter {
    fileprivate func holds(for fields: [String: FirestoreValue]) -> Bool {
        switch self {
        case .and(let parts): return parts.allSatisfy { $0.holds(for: fields) }
        case .or(let parts): return parts.contains { $0.holds(for: fields) }
        case .field(let path, let operation, let bound):
            guard let value = fields[path] else { return false }
            switch operation {
            case .equal: return value == bound
            case .less: return value.precedes(bound)
            case .lessOrEqual: return !bound.precedes(value)
            case .greater: return bound.precedes(value)
            case .greaterOrEqual: return !value.precedes(bound)
            case .oneOf:
                guard case .array(let choices) = bound else { return false }
                return choices.contains(value)
            case .contains, .containsOneOf: return false
            }
        }
    }
}

extension FirestoreValue {
    fileprivate func precedes(_ other: FirestoreValue) -> Bool {
        switch (self, other) {
        case (.integer(let one), .integer(let two)): one < two
        case (.string(let one), .string(let two)): one.utf8.lexicographicallyPrecedes(two.utf8)
        default: false
        }
    }
}
