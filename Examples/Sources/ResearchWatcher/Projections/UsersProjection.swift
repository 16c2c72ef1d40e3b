public import EventLedger

/// Who the users are and what they want to hear about: the collections `users` and `seeds`.
public struct UsersProjection: Projection {
    public let name: ProjectionName = "users"
    public let version = 1
    public let query = EventQuery(types: [UserRegistered.eventType, SeedsUpdated.eventType])
    public let collections: Set<CollectionName> = [UserDocument.collection, SeedsDocument.collection]

    /// Makes the projection.
    public init() {}

    public func apply(_ event: RecordedEvent, to view: inout DocumentView) throws {
        if let registered = try event.decode(UserRegistered.self) {
            try view.put(UserDocument(id: registered.uid, name: registered.name, registeredAt: event.recordedAt))
        } else if let updated = try event.decode(SeedsUpdated.self) {
            try view.put(SeedsDocument(id: updated.uid, seeds: updated.seeds))
        }
    }
}
