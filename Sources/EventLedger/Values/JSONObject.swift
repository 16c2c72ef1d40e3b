/// A JSON object: fields by key, keys unique and ordered by their UTF-8 bytes.
///
/// Swift's `[String: JSONValue]` would take the composed and the decomposed `é` for one key; this does not.
public struct JSONObject: Hashable, Sendable {
    /// One field.
    public struct Field: Hashable, Sendable {
        /// The key.
        public let key: String
        /// The value.
        public var value: JSONValue

        /// Makes a field.
        public init(key: String, value: JSONValue) {
            self.key = key
            self.value = value
        }

        public static func == (lhs: Field, rhs: Field) -> Bool {
            lhs.key.isByteEqual(to: rhs.key) && lhs.value == rhs.value
        }

        public func hash(into hasher: inout Hasher) {
            key.hashBytes(into: &hasher)
            hasher.combine(value)
        }
    }

    /// The fields in the order of their keys' bytes.
    public private(set) var fields: [Field]

    /// Makes an empty object.
    public init() { fields = [] }

    /// Makes an object of keys and values; of equal keys the last counts.
    ///
    /// - Complexity: O(n log n).
    public init(_ pairs: some Sequence<(String, JSONValue)>) {
        let all = pairs.map { Field(key: $0.0, value: $0.1) }
        var isSorted = true
        for (one, next) in zip(all, all.dropFirst()) where !one.key.isByteLess(than: next.key) { isSorted = false }
        guard !isSorted else {
            fields = all
            return
        }
        // The sort is stable only by the offset, and of equal keys the last must come last.
        let sorted = all.enumerated().sorted {
            $0.element.key.isByteEqual(to: $1.element.key)
                ? $0.offset < $1.offset : $0.element.key.isByteLess(than: $1.element.key)
        }
        fields = []
        fields.reserveCapacity(sorted.count)
        for (_, field) in sorted {
            if let last = fields.last, last.key.isByteEqual(to: field.key) { fields.removeLast() }
            fields.append(field)
        }
    }

    /// The value of a key; setting `nil` removes it.
    ///
    /// - Complexity: O(log n) to read, O(n) to add or remove.
    public subscript(key: String) -> JSONValue? {
        get {
            let index = firstIndex(notBefore: key)
            guard index < fields.count, fields[index].key.isByteEqual(to: key) else { return nil }
            return fields[index].value
        }
        set {
            let index = firstIndex(notBefore: key)
            let exists = index < fields.count && fields[index].key.isByteEqual(to: key)
            switch (newValue, exists) {
            case (let value?, true): fields[index].value = value
            case (let value?, false): fields.insert(Field(key: key, value: value), at: index)
            case (nil, true): fields.remove(at: index)
            case (nil, false): break
            }
        }
    }

    /// The number of fields.
    public var count: Int { fields.count }
    /// Whether there is no field.
    public var isEmpty: Bool { fields.isEmpty }
    /// The levels of nesting, 1 for an object of scalars.
    public var depth: Int { 1 + (fields.lazy.map(\.value.depth).max() ?? 0) }

    private func firstIndex(notBefore key: String) -> Int {
        var low = 0, high = fields.count
        while low < high {
            let middle = (low + high) / 2
            if fields[middle].key.isByteLess(than: key) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral, CustomStringConvertible {
    public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }

    /// The canonical text.
    public var description: String { JSONValue.object(self).description }
}
