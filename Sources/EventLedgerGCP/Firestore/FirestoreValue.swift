/// A value of a Firestore document, as far as the library writes any.
package enum FirestoreValue: Hashable, Sendable {
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
