import EventLedger

/// A value of a Firestore document, as far as the library writes any. Strings are equal by their bytes, as they are to Firestore.
package enum FirestoreValue: Sendable {
    case null
    case boolean(Bool)
    case integer(Int64)
    case string(String)
    /// Ordered by bytes, and never changed: what the library orders by, and what it keeps verbatim.
    case bytes([UInt8])
    /// Microseconds since 1970, UTC.
    case timestamp(Int64)
    case array([FirestoreValue])
    case map([String: FirestoreValue])
}

extension FirestoreValue: Hashable {
    package static func == (lhs: FirestoreValue, rhs: FirestoreValue) -> Bool {
        switch (lhs, rhs) {
        case (.null, .null): true
        case (.boolean(let a), .boolean(let b)): a == b
        case (.integer(let a), .integer(let b)): a == b
        // Swift takes the composed and the decomposed `é` for one.
        case (.string(let a), .string(let b)): a.isByteEqual(to: b)
        case (.bytes(let a), .bytes(let b)): a == b
        case (.timestamp(let a), .timestamp(let b)): a == b
        case (.array(let a), .array(let b)): a == b
        case (.map(let a), .map(let b)): a == b && a.keys.allSatisfy { hasKey($0, in: b) }
        default: false
        }
    }

    /// - Parameter fields: They have a key that Swift takes for this one.
    private static func hasKey(_ key: String, in fields: [String: FirestoreValue]) -> Bool {
        fields.index(forKey: key).map { fields[$0].key.isByteEqual(to: key) } ?? false
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .boolean(let value): hasher.combine(value)
        case .integer(let value): hasher.combine(value)
        case .string(let value): value.hashBytes(into: &hasher)
        case .bytes(let value): hasher.combine(value)
        case .timestamp(let value): hasher.combine(value)
        case .array(let values): hasher.combine(values)
        case .map(let fields): hasher.combine(fields)
        }
    }
}
