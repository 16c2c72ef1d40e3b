/// What a comparison found.
public struct ComparisonReport: Hashable, Sendable {
    /// One difference: a field, or a document that only one side has.
    public struct Difference: Hashable, Sendable {
        /// The document.
        public let key: DocumentKey
        /// The path of the field, keys and indices joined by `.`; empty where only one side has the document.
        public let path: String
        /// The left side's value as canonical JSON, at most 200 bytes of it; `nil` where there is none.
        public let left: String?
        /// The right side's value, likewise.
        public let right: String?
    }

    /// The counts of one collection.
    public struct Counts: Hashable, Sendable {
        /// The collection.
        public let collection: CollectionName
        /// How many documents the left side has.
        public internal(set) var left = 0
        /// How many documents the right side has.
        public internal(set) var right = 0
        /// How many documents differ or stand on one side only.
        public internal(set) var different = 0
    }

    /// The counts by collection, in the order asked for.
    public internal(set) var collections: [Counts] = []
    /// The first differences.
    public internal(set) var differences: [Difference] = []
    /// How many differences there are in all.
    public internal(set) var differenceCount = 0

    /// Whether there is no difference.
    public var isEqual: Bool { differenceCount == 0 }

    static func excerpt(_ value: JSONValue) -> String {
        let bytes = value.canonicalBytes
        return bytes.count <= 200
            ? String(decoding: bytes, as: UTF8.self) : String(decoding: bytes.prefix(197), as: UTF8.self) + "…"
    }
}
