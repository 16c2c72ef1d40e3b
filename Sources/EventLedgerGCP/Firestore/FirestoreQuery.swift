/// A query for documents of one collection group below a parent, and the indexes that it needs.
///
/// Everything that is asked of Firestore is one of these, so that the indexes of production are known from the queries
/// themselves: ``requiredIndexes``.
package struct FirestoreQuery: Hashable, Sendable {
    /// One part of the order.
    package struct Order: Hashable, Sendable {
        package let field: String
        package let descending: Bool

        package init(_ field: String, descending: Bool = false) {
            self.field = field
            self.descending = descending
        }
    }

    /// Where the answer begins: a value for each of the first fields of the order.
    package struct Cursor: Hashable, Sendable {
        package let values: [FirestoreValue]
        /// Whether documents with exactly these values are left out.
        package let isAfter: Bool

        private init(values: [FirestoreValue], isAfter: Bool) {
            self.values = values
            self.isAfter = isAfter
        }

        /// Documents with exactly these values are the first of the answer.
        package static func at(_ values: [FirestoreValue]) -> Cursor { Cursor(values: values, isAfter: false) }
        /// The answer begins behind all documents with these values.
        package static func after(_ values: [FirestoreValue]) -> Cursor { Cursor(values: values, isAfter: true) }
    }

    /// The id of the collection, such as `events`.
    package var collection: String
    package var filter: FirestoreFilter?
    package var order: [Order]
    package var start: Cursor?
    /// At most so many documents; all where it is `nil`.
    package var limit: Int?
    /// Only these fields are sent; all where it is `nil`.
    package var select: [String]?

    package init(
        _ collection: String, where filter: FirestoreFilter? = nil, order: [Order] = [], start: Cursor? = nil,
        limit: Int? = nil, select: [String]? = nil
    ) {
        self.collection = collection
        self.filter = filter
        self.order = order
        self.start = start
        self.limit = limit
        self.select = select
    }

    /// The path of a field of maps within maps, quoted where a name is no plain identifier.
    package static func path(_ names: String...) -> String {
        names.map { name in
            let isPlain =
                name.utf8.allSatisfy { $0.isPlainInFieldPath } && name.utf8.first.map { !$0.isDecimalDigit } ?? false
            guard !isPlain else { return name }
            var quoted = "`"
            for scalar in name.unicodeScalars {
                if scalar == "`" || scalar == "\\" { quoted += "\\" }
                quoted.unicodeScalars.append(scalar)
            }
            return quoted + "`"
        }
        .joined(separator: ".")
    }
}

/// What a document must satisfy to be in an answer.
package indirect enum FirestoreFilter: Hashable, Sendable {
    /// How a field is compared; the names are Google's.
    package enum Operation: String, Hashable, Sendable {
        case equal = "EQUAL"
        case less = "LESS_THAN"
        case lessOrEqual = "LESS_THAN_OR_EQUAL"
        case greater = "GREATER_THAN"
        case greaterOrEqual = "GREATER_THAN_OR_EQUAL"
        /// Equal to one element of an array of at most 30 values.
        case oneOf = "IN"
        /// The field is an array that holds the value.
        case contains = "ARRAY_CONTAINS"
        /// The field is an array that holds one of at most 30 values.
        case containsOneOf = "ARRAY_CONTAINS_ANY"
    }

    case field(String, Operation, FirestoreValue)
    case and([FirestoreFilter])
    case or([FirestoreFilter])
}

extension UInt8 {
    fileprivate var isDecimalDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    fileprivate var isPlainInFieldPath: Bool {
        isDecimalDigit || self == UInt8(ascii: "_")
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
    }
}
