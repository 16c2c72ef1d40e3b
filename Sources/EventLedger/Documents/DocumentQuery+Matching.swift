extension DocumentQuery {
    /// Whether a document meets all filters and has the field of the order. The reference of what backends must answer.
    public func matches(_ fields: JSONObject) -> Bool {
        filters.allSatisfy { $0.matches(fields) } && (order.map { fields.value(at: $0.field) != nil } ?? true)
    }

    /// Whether one document comes before another in the result.
    public func precedes(_ first: Document, _ second: Document) -> Bool {
        guard let order, let one = first.fields.value(at: order.field), let other = second.fields.value(at: order.field)
        else { return first.key.id < second.key.id }
        let comparison = one.compare(other)
        if comparison != 0 { return order.descending ? comparison > 0 : comparison < 0 }
        return order.descending ? second.key.id < first.key.id : first.key.id < second.key.id
    }

    /// Whether a document comes after the cursor.
    public func isAfterCursor(_ document: Document) -> Bool {
        guard let cursor else { return true }
        guard let order, let end = cursor.value, let value = document.fields.value(at: order.field) else {
            return cursor.id < document.key.id
        }
        let comparison = value.compare(end)
        if comparison != 0 { return order.descending ? comparison < 0 : comparison > 0 }
        return order.descending ? document.key.id < cursor.id : cursor.id < document.key.id
    }

    /// The cursor behind a document.
    public func cursor(after document: Document) -> DocumentCursor {
        DocumentCursor(value: order.flatMap { document.fields.value(at: $0.field) }, id: document.key.id)
    }
}

extension DocumentQuery.Filter {
    func matches(_ fields: JSONObject) -> Bool {
        guard let found = fields.value(at: field), found.rank == value.rank else { return false }
        let order = found.compare(value)
        return switch comparison {
        case .equal: order == 0
        case .less: order < 0
        case .lessOrEqual: order <= 0
        case .greater: order > 0
        case .greaterOrEqual: order >= 0
        }
    }
}

extension JSONObject {
    /// The value at a path of keys joined by `.`.
    public func value(at path: String) -> JSONValue? {
        var object = self
        var keys = path.split(separator: ".", omittingEmptySubsequences: false)[...]
        while let key = keys.popFirst() {
            guard let value = object[String(key)] else { return nil }
            if keys.isEmpty { return value }
            guard case .object(let inner) = value else { return nil }
            object = inner
        }
        return nil
    }
}

extension JSONValue {
    /// The place of the value's kind in the order of kinds; integers and doubles are one kind.
    var rank: Int {
        switch self {
        case .null: 0
        case .bool: 1
        case .integer, .double: 2
        case .string: 3
        case .array: 4
        case .object: 5
        }
    }

    /// Negative, zero or positive: the order of documents' values on every backend.
    public func compare(_ other: JSONValue) -> Int {
        switch (self, other) {
        case (.bool(let a), .bool(let b)): return (a ? 1 : 0) - (b ? 1 : 0)
        case (.integer(let a), .integer(let b)): return a < b ? -1 : a > b ? 1 : 0
        case (.integer(let a), .double(let b)): return -Self.compare(b, a)
        case (.double(let a), .integer(let b)): return Self.compare(a, b)
        case (.double(let a), .double(let b)): return a < b ? -1 : a > b ? 1 : 0
        case (.string(let a), .string(let b)): return a.isByteEqual(to: b) ? 0 : a.isByteLess(than: b) ? -1 : 1
        case (.array(let a), .array(let b)):
            for (one, two) in zip(a, b) {
                let order = one.compare(two)
                if order != 0 { return order }
            }
            return a.count - b.count
        case (.object(let a), .object(let b)):
            for (one, two) in zip(a.fields, b.fields) {
                let keys = JSONValue.string(one.key).compare(.string(two.key))
                if keys != 0 { return keys }
                let values = one.value.compare(two.value)
                if values != 0 { return values }
            }
            return a.count - b.count
        default: return rank - other.rank
        }
    }

    /// Compares exactly: converting the integer to a double could make different numbers equal.
    private static func compare(_ a: Double, _ b: Int64) -> Int {
        if a >= 0x1p63 { return 1 }
        if a < -0x1p63 { return -1 }
        let whole = Int64(a.rounded(.down))
        if whole != b { return whole < b ? -1 : 1 }
        return a > a.rounded(.down) ? 1 : 0
    }
}
