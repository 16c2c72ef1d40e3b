public import EventLedger

extension PartitionedFirestoreLedger {
    /// Requires that the ledger is there, with as many partitions; as ``FirestoreLedger/requireExisting()``.
    ///
    /// Costs one read.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/notFound``, which names project, database and ledger; `invalidValue` for
    ///   one with another number of partitions; `schemaTooNew` for one that a newer program made.
    public func requireExisting() async throws { try await partitions[0].requireExisting() }

    /// Makes the ledger where it is not there, without anything in it, and fixes the number of its partitions; as
    /// ``FirestoreLedger/createIfMissing()``.
    ///
    /// Costs one read, and two writes where the ledger is made.
    ///
    /// - Returns: Whether it was not there before.
    /// - Throws: ``LedgerError``, where the ledger is there as ``requireExisting()``.
    @discardableResult
    public func createIfMissing() async throws -> Bool { try await partitions[0].createIfMissing() }

    /// Gives the documents of a collection the keys of the fields that are declared now; see
    /// ``FirestoreDocumentStore/reindex(_:)``.
    ///
    /// - Parameter collection: The collection, by the name that readers use.
    /// - Returns: How many documents were changed, those of all builds together.
    /// - Throws: ``LedgerError``.
    @discardableResult
    public func reindex(_ collection: CollectionName) async throws -> Int {
        try await parts.documents.reindex(collection)
    }
}
