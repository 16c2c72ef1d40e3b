public import EventLedger

/// A user, as the collection `users` shows them.
public struct UserDocument: DocumentModel, Hashable {
    public static let collection: CollectionName = "users"
    /// The id.
    public let id: String
    /// The name to greet them by.
    public let name: String
    /// When they joined.
    public let registeredAt: Timestamp

    /// Makes a document.
    public init(id: String, name: String, registeredAt: Timestamp) {
        self.id = id
        self.name = name
        self.registeredAt = registeredAt
    }
}

/// What a user wants to hear about, as the collection `seeds` shows it.
public struct SeedsDocument: DocumentModel, Hashable {
    public static let collection: CollectionName = "seeds"
    /// The id of the user.
    public let id: String
    /// What they want to hear about.
    public let seeds: Seeds

    /// Makes a document.
    public init(id: String, seeds: Seeds) {
        self.id = id
        self.seeds = seeds
    }
}
