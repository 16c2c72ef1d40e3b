/// How selective the place of publication is.
public enum VenueTier: String, Codable, Sendable, Hashable, CaseIterable {
    /// One of the leading journals or conferences of its field.
    case top
    /// A well regarded journal or conference.
    case second
    /// Peer reviewed, and not known to be more than that.
    case peerReviewed = "peer-reviewed"
    /// On arXiv only.
    case preprint

    /// What the tier adds to a score: 20, 15, 10 or 0.
    public var points: Int {
        switch self {
        case .top: 20
        case .second: 15
        case .peerReviewed: 10
        case .preprint: 0
        }
    }
}
