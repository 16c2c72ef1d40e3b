/// Where a reader stands: a resume token. It can be stored and compared; what is in it is the store's own business.
///
/// A whole ledger's checkpoint has one component. A partitioned one has a component for each partition, and of two such
/// checkpoints neither may cover the other.
public struct Checkpoint: Hashable, Sendable {
    /// How far each partition was read.
    package let components: [Int64]

    package init(components: [Int64]) { self.components = components }

    /// The checkpoint behind a position of an unpartitioned ledger.
    public init(_ position: Position) { components = [position.rawValue] }

    /// Before the first event of an unpartitioned ledger.
    public static let start = Checkpoint(.start)

    /// Whether whoever stands here has seen all that whoever stands there has seen.
    ///
    /// - Complexity: O(partitions).
    public func covers(_ other: Checkpoint) -> Bool {
        let count = max(components.count, other.components.count)
        return (0..<count).allSatisfy { index in
            (index < components.count ? components[index] : 0)
                >= (index < other.components.count ? other.components[index] : 0)
        }
    }

    /// Whether whoever stands here has seen an event. In a partitioned ledger the stream tells which component counts.
    ///
    /// - Complexity: O(bytes of the stream's name), O(1) in an unpartitioned ledger.
    package func covers(_ event: RecordedEvent) -> Bool {
        let component = components.count > 1 ? Partition.index(of: event.stream, among: components.count) : 0
        return component < components.count && components[component] >= event.position.rawValue
    }

    /// As far as both have seen.
    package func bounded(by other: Checkpoint) -> Checkpoint {
        let count = max(components.count, other.components.count)
        return Checkpoint(
            components: (0..<count).map { index in
                min(
                    index < components.count ? components[index] : 0,
                    index < other.components.count ? other.components[index] : 0
                )
            }
        )
    }

    /// How many events lie between another checkpoint and this one, those of all partitions together.
    package func events(behind other: Checkpoint) -> Int64 {
        components.indices.reduce(0) { count, index in
            let passed = index < other.components.count ? other.components[index] : 0
            return count + max(0, components[index] - passed)
        }
    }

    /// The position, for stores and tools of an unpartitioned ledger; `nil` for a vector.
    public var position: Position? { components.count == 1 ? components.first.map { Position($0) } : nil }
}

extension Checkpoint: LosslessStringConvertible, Codable {
    /// Reads what ``description`` gives.
    public init?(_ description: String) {
        let parts = description.split(separator: ".", omittingEmptySubsequences: false).map { Int64($0) }
        guard !parts.isEmpty, parts.count <= 1024, parts.allSatisfy({ $0.map { $0 >= 0 } ?? false }) else { return nil }
        components = parts.compactMap { $0 }
    }

    /// The token: the components joined by points.
    public var description: String { components.map(String.init).joined(separator: ".") }

    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = Checkpoint(text) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "No checkpoint."))
        }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
