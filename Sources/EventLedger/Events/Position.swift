/// A place in an order that counts 1, 2, 3 … without gaps. Zero is before the first.
public protocol LedgerOrdinal: Hashable, Comparable, Sendable, Codable, ExpressibleByIntegerLiteral,
    LosslessStringConvertible
{
    /// The number.
    var rawValue: Int64 { get }

    /// Makes an ordinal of a number.
    init(_ rawValue: Int64)
}

extension LedgerOrdinal {
    public init(integerLiteral value: Int64) { self.init(value) }

    public init?(_ description: String) {
        guard let value = Int64(description) else { return nil }
        self.init(value)
    }

    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(Int64.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
    public var description: String { String(rawValue) }
}

/// An event's place in the ledger: in commit order, never reused.
public struct Position: LedgerOrdinal {
    public let rawValue: Int64
    public init(_ rawValue: Int64) { self.rawValue = rawValue }

    /// Before the first event.
    public static let start = Position(0)
}

/// An event's place in its stream. Zero means that the stream has no event.
public struct Revision: LedgerOrdinal {
    public let rawValue: Int64
    public init(_ rawValue: Int64) { self.rawValue = rawValue }
}
