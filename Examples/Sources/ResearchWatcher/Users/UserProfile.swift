/// A user and what they want to hear about.
public struct UserProfile: Codable, Sendable, Hashable, Identifiable {
    /// The id, such as `user-001`.
    public let id: String
    /// The name to greet them by.
    public let name: String
    /// What they want to hear about.
    public let seeds: Seeds

    /// Makes a profile.
    ///
    /// - Parameters:
    ///   - id: the id.
    ///   - name: the name.
    ///   - seeds: what the user wants to hear about.
    public init(id: String, name: String, seeds: Seeds) {
        self.id = id
        self.name = name
        self.seeds = seeds
    }
}
