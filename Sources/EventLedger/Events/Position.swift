/// An event's place in the ledger: 1, 2, 3 … without gaps, in commit order, never reused. Zero is before the first.
public struct Position: Hashable, Comparable, Sendable, Codable, ExpressibleByIntegerLiteral,
    LosslessStringConvertible
{
    /// The number.
    public let rawValue: Int64

    /// Makes a position of a number.
    public init(_ rawValue: Int64) { self.rawValue = rawValue }
    public init(integerLiteral value: Int64) { rawValue = value }

    public init?(_ description: String) {
        guard let value = Int64(description) else { return nil }
        rawValue = value
    }

    public init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(Int64.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    /// Before the first event.
    public static let start = Position(0)

    public static func < (lhs: Position, rhs: Position) -> Bool { lhs.rawValue < rhs.rawValue }
    public var description: String { String(rawValue) }
}

/// An event's place in its stream: 1, 2, 3 … without gaps. Zero means that the stream has no event.
public struct Revision: Hashable, Comparable, Sendable, Codable, ExpressibleByIntegerLiteral,
    LosslessStringConvertible
{
    /// The number.
    public let rawValue: Int64

    /// Makes a revision of a number.
    public init(_ rawValue: Int64) { self.rawValue = rawValue }
    public init(integerLiteral value: Int64) { rawValue = value }

    public init?(_ description: String) {
        guard let value = Int64(description) else { return nil }
        rawValue = value
    }

    public init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(Int64.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    public static func < (lhs: Revision, rhs: Revision) -> Bool { lhs.rawValue < rhs.rawValue }
    public var description: String { String(rawValue) }
}
