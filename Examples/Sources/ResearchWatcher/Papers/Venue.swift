/// Where a paper was published.
public struct Venue: Codable, Sendable, Hashable {
    /// The journal or conference; nil if it is known only that there was one, from a DOI for instance.
    public let name: String?
    /// How selective it is.
    public let tier: VenueTier

    /// Makes a venue.
    ///
    /// - Parameters:
    ///   - name: the journal or conference, if known.
    ///   - tier: how selective it is.
    public init(name: String?, tier: VenueTier) {
        self.name = name
        self.tier = tier
    }

    /// The better tier; among equals one with a name, then the smaller name by bytes.
    static func better(_ left: Venue?, _ right: Venue?) -> Venue? {
        guard let left else { return right }
        guard let right else { return left }
        if left.tier.points != right.tier.points {
            return left.tier.points > right.tier.points ? left : right
        }
        return Venue(name: ByteOrder.smaller(left.name, right.name), tier: left.tier)
    }
}
