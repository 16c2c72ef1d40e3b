/// Why a paper was chosen for a user.
public struct MatchReason: Codable, Sendable, Hashable {
    /// What kind of seed it was.
    public enum Kind: String, Codable, Sendable, Hashable, CaseIterable {
        /// A keyword in title or abstract.
        case keyword
        /// One of the authors.
        case author
        /// One of the subjects.
        case category
    }

    /// What kind of seed it was.
    public let kind: Kind
    /// The seed as the user wrote it.
    public let seed: String

    /// Makes a reason.
    ///
    /// - Parameters:
    ///   - kind: what kind of seed it was.
    ///   - seed: the seed as the user wrote it.
    public init(kind: Kind, seed: String) {
        self.kind = kind
        self.seed = seed
    }
}
