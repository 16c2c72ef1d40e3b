/// Which projection owns a collection, and which version of it is live.
///
/// It is itself a document, in the reserved collection `_collections`, so that a switch to a rebuilt version is one atomic
/// write on any store. The documents of version v of the collection `papers` stand in the collection `papers@v`; whoever
/// asks for `papers` reads the live one.
public struct CollectionOwnership: DocumentModel {
    public static let collection: CollectionName = "_collections"

    /// The name of the collection.
    public let id: String
    /// The projection that owns it.
    public let projection: ProjectionName
    /// The collection that is read by whoever asks for ``id``.
    public let live: CollectionName

    /// Makes a record of ownership.
    public init(_ collection: CollectionName, projection: ProjectionName, live: CollectionName) {
        id = collection.rawValue
        self.projection = projection
        self.live = live
    }

    /// Where the record for a collection stands.
    public static func key(of collection: CollectionName) -> DocumentKey {
        DocumentKey(Self.collection, DocumentID(collection.rawValue))
    }

    /// The collection in which a version of an owned collection stands.
    public static func name(of collection: CollectionName, version: Int) -> CollectionName {
        CollectionName("\(collection)@\(version)")
    }

    /// Refuses a write from outside.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/collectionOwned``.
    public func check(author: ProjectionName?) throws {
        guard author != projection else { return }
        throw LedgerError(
            .collectionOwned,
            "The collection '\(id)' belongs to the projection '\(projection)' and is written by nothing else. "
                + "Append an event that the projection handles, or use another collection.",
            details: ["collection": id, "projection": projection.rawValue]
        )
    }
}
