/// A store into which the events of another ledger can be brought as they are: positions, times and hashes kept.
///
/// What it owes, beyond ``EventStore``:
///
/// 1. The first import needs an empty ledger. Later ones continue directly behind the last imported position, and only
///    while nothing else was committed.
/// 2. Events come in the order of positions, without gaps. Those that are there already are skipped where they are equal,
///    so that an import that was interrupted is begun again from the start; where they differ it is a `conflict`.
/// 3. Every name, limit, revision, time and hash is checked against the ledger before anything is written
///    (``ImportCheck``).
/// 4. A call is all or nothing, and durable when it returns.
/// 5. Imported events are read, found by id and continued by commits like any others.
public protocol ImportingEventStore: EventStore {
    /// Brings events in.
    ///
    /// - Parameter events: In the order of positions; a few hundred or about a megabyte at a time.
    /// - Throws: ``LedgerError``: what ``ImportCheck`` throws, or the backend's errors.
    func importEvents(_ events: [RecordedEvent]) async throws
}
