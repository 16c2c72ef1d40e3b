public import EventLedger

extension FirestoreLedger {
    /// Requires that the ledger is there. A name that was mistyped is an empty ledger otherwise.
    ///
    /// Costs one read. A ledger is there once it was made by ``createIfMissing()`` or by its first commit; documents and
    /// tasks that were written to its name without either do not make it.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/notFound``, which names project, database and ledger; `invalidValue` for
    ///   a partitioned ledger; `schemaTooNew` for one that a newer program made.
    public func requireExisting() async throws { try await partition.requireExisting() }

    /// Makes the ledger where it is not there, without anything in it. It may be called again, and by several at a time.
    ///
    /// Costs one read, and two writes where the ledger is made.
    ///
    /// - Returns: Whether it was not there before.
    /// - Throws: ``LedgerError``, where the ledger is there as ``requireExisting()``.
    @discardableResult
    public func createIfMissing() async throws -> Bool { try await partition.createIfMissing() }

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
