#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The score of a paper, 0 to 100, and what it is made of.
///
/// | part | points |
/// |---|---|
/// | citations | 10 × log10(citations + 1), up to 30 |
/// | recency | this year 25, last year 20, two years 15, three to five years 10, then 8, 6, 4, 2 and, at ten years, 0 |
/// | venue | top tier 20, second tier 15, other peer-reviewed 10, arXiv only 0 |
/// | open access | 15 |
/// | abstract | 10 if there is one |
///
/// The citation points are rounded to hundredths, half away from zero, and nothing else is rounded: the sum is made of
/// whole hundredths. So every process gets the same number, even where two mathematical libraries differ in the last bit.
public struct ScoreParts: Codable, Sendable, Hashable {
    /// 0 to 30, in hundredths.
    public let citations: Double
    /// 0 to 25.
    public let recency: Int
    /// 0 to 20.
    public let venue: Int
    /// 0 or 15.
    public let openAccess: Int
    /// 0 or 10.
    public let abstract: Int

    /// Scores a paper.
    ///
    /// - Parameters:
    ///   - paper: the paper.
    ///   - year: the year that recency is counted from. A paper of a later year counts as of this year, one without a
    ///     year as too old for points.
    public init(of paper: Paper, inYear year: Int) {
        citations = Double(Self.citationHundredths(paper.citations)) / 100
        recency = paper.year.map { Self.recency(ofAge: year - $0) } ?? 0
        venue = paper.venueTier.points
        openAccess = paper.openAccess ? 15 : 0
        abstract = paper.abstract == nil ? 0 : 10
    }

    /// The sum of the parts, with at most two decimals.
    public var total: Double {
        let wholePoints = recency + venue + openAccess + abstract
        let hundredths = Int((citations * 100).rounded()) + wholePoints * 100
        return Double(hundredths) / 100
    }

    private static func citationHundredths(_ citations: Int) -> Int {
        // From 999 on the limit is reached; this also keeps `+ 1` from overflowing.
        guard citations < 999 else { return 3000 }
        return Int((1000 * log10(Double(max(0, citations) + 1))).rounded())
    }

    private static func recency(ofAge age: Int) -> Int {
        switch age {
        case ...0: 25
        case 1: 20
        case 2: 15
        case 3...5: 10
        // A straight line from 10 at five years to 0 at ten.
        case 6...9: 2 * (10 - age)
        default: 0
        }
    }
}

extension Paper {
    /// The score of the paper, 0 to 100 with at most two decimals; ``ScoreParts`` says how it comes about.
    ///
    /// - Parameter year: the year that recency is counted from.
    /// - Returns: the sum of the parts.
    public func score(inYear year: Int) -> Double {
        ScoreParts(of: self, inYear: year).total
    }
}
