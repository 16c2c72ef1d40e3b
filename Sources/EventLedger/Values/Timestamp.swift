#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// A point in time: microseconds since 1970-01-01T00:00:00Z.
///
/// Its text is RFC 3339 in UTC with six digits of fraction, `2026-11-21T08:30:00.000000Z`; it is encoded as that text.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    public let microseconds: Int64

    /// Makes a timestamp of microseconds since 1970.
    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// Makes a timestamp of a date, rounded to the microsecond. Dates beyond the range of years 1 to 9999 are clamped.
    public init(_ date: Date) {
        let micros = (date.timeIntervalSince1970 * 1_000_000).rounded()
        let lowest = Double(Timestamp.distantPast.microseconds), highest = Double(Timestamp.distantFuture.microseconds)
        microseconds = micros.isNaN ? 0 : Int64(min(max(micros, lowest), highest))
    }

    /// The same point in time as Foundation's date.
    public var date: Date { Date(timeIntervalSince1970: Double(microseconds) / 1_000_000) }

    /// 0001-01-01T00:00:00Z.
    public static let distantPast = Timestamp(microseconds: -62_135_596_800_000_000)
    /// 9999-12-31T23:59:59.999999Z.
    public static let distantFuture = Timestamp(microseconds: 253_402_300_799_999_999)

    public static func < (lhs: Timestamp, rhs: Timestamp) -> Bool { lhs.microseconds < rhs.microseconds }

    /// The timestamp so much later, clamped to the years 1 to 9999.
    public static func + (time: Timestamp, duration: Duration) -> Timestamp {
        let (sum, overflow) = time.microseconds.addingReportingOverflow(duration.wholeMicroseconds)
        guard !overflow else { return duration < .zero ? distantPast : distantFuture }
        return min(max(Timestamp(microseconds: sum), distantPast), distantFuture)
    }

    /// The timestamp so much earlier, clamped to the years 1 to 9999.
    public static func - (time: Timestamp, duration: Duration) -> Timestamp {
        time + Duration.microseconds(-duration.wholeMicroseconds)
    }

    /// How much later the first is than the second.
    public static func - (later: Timestamp, earlier: Timestamp) -> Duration {
        .microseconds(later.microseconds.subtractingReportingOverflow(earlier.microseconds).partialValue)
    }
}

extension Duration {
    /// The duration in whole microseconds, rounded toward zero, saturating at the range of `Int64`.
    package var wholeMicroseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        guard !overflow else { return seconds < 0 ? .min + 1 : .max }
        let (sum, overflows) = product.addingReportingOverflow(attoseconds / 1_000_000_000_000)
        return overflows ? (seconds < 0 ? .min + 1 : .max) : sum
    }

    /// The duration in seconds.
    package var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}

extension Timestamp: Codable {
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = Timestamp(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "Not an RFC 3339 time.")
            )
        }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
