public import EventLedger

/// The documents that are made of events, all together.
public enum ReadModels {
    /// The projections.
    public static let projections: [any Projection] = [UsersProjection(), PapersProjection(), DigestsProjection()]

    /// Their collections.
    public static let collections: [CollectionName] = [
        UserDocument.collection, SeedsDocument.collection, PaperDocument.collection, DigestDocument.collection,
    ]

    /// The fields that may differ between two ways to the same documents: times and the ids of runs.
    public static let incidentalFields: Set<String> = ["registeredAt", "startedAt", "run"]

    /// Brings all documents up to date. Several processes may do it at once: each event takes effect once.
    ///
    /// - Parameter ledger: the ledger, its documents included.
    /// - Throws: what the projector throws.
    public static func bringUpToDate(in ledger: any Ledger) async throws {
        for projection in projections { try await ledger.project(projection) }
    }
}
