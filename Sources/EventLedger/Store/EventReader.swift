/// Reads events in order.
///
/// A backend that only keeps a copy of a ledger, such as an export or a table for analysis, is a reader.
public protocol EventReader: Sendable {
    /// Reads some events of a selection.
    ///
    /// A page holds as many events as the reader finds reasonable, a few hundred or about a megabyte. No lock and no long
    /// transaction outlives it. Engines and ``read(_:)`` ask for page after page.
    ///
    /// - Throws: What ``EventSelection/validate()`` throws, or the backend's errors.
    func page(_ selection: EventSelection) async throws -> EventPage

    /// The checkpoint behind the last event there is.
    func head() async throws -> Checkpoint

    /// Returns when there may be events behind a checkpoint. May return early for no reason.
    ///
    /// - Throws: `CancellationError`.
    func waitForEvents(after checkpoint: Checkpoint) async throws
}

/// An event reader that can be appended to.
///
/// What a store owes its users, each a case of the conformance suite:
///
/// 1. A commit is all or nothing, across streams, and with documents and tasks where the store is a ``Ledger``.
/// 2. A receipt means durable.
/// 3. Positions and revisions count from 1 without gaps, in commit order, and become visible in order: who has seen position
///    n never later finds a new event at or below n.
/// 4. Expectations and conditions are checked in the same atomic step as the write; one that fails is a `conflict` that
///    names what was expected and what was found, and nothing is written. Where several fail, the first one is told: first
///    the expectations, then the conditions, then those of documents, each in the order of the commit.
/// 5. The same commit id returns the original receipt, marked as a duplicate, also from another process and after a restart.
///    Otherwise event ids decide: all known, with equal content (stream, type, schema version, data, tags) and from one
///    commit: its receipt. Anything else is `eventIDReused`, and nothing is written. Documents and tasks of a duplicate are not
///    applied again. Where the time for which the store remembers commit ids is over, the receipt is made of the events: it
///    carries the id that was sent, and no tasks.
/// 6. Concurrent commits do not disturb each other; one that conflicts is refused alone.
/// 7. Names and limits are checked before any input or output.
/// 8. Data, tags and metadata are returned byte for byte. Times are kept to the microsecond.
/// 9. recordedAt never decreases; it is the committer's time or that of the event before, whichever is later.
/// 10. Every event's hash chains it to the one before in its stream, as ``EventHash`` specifies.
/// 11. Selections answer as ``EventSelection/matches(_:)`` says, in order, page after page, forwards and backwards.
/// 12. A checkpoint moves past events that do not match.
/// 13. Reading does not block committing, and a page is a consistent state.
/// 14. Names are compared by bytes.
/// 15. An empty commit is allowed, returns the head, and is remembered.
public protocol EventStore: EventReader {
    /// Makes everything in a commit true, or nothing.
    ///
    /// - Returns: The receipt. When it is there, the commit is durable.
    /// - Throws: ``LedgerError``: `conflict`, `eventIDReused`, `leaseLost`, `collectionOwned`, what ``Commit/validate()`` throws,
    ///   or the backend's errors. After `timeout`, `unavailable` and cancellation the commit may or may not have been made;
    ///   sending it again with the same id is safe.
    @discardableResult
    func commit(_ commit: Commit) async throws -> Receipt

    /// Where the store gets the time from.
    var clock: any LedgerClock { get }
}

extension EventReader {
    /// The events of a selection, one after the other, in constant memory.
    ///
    /// ```swift
    /// for try await event in ledger.read(.stream("digest-ada").backwards.limit(10)) { … }
    /// ```
    public func read(_ selection: EventSelection = .all) -> RecordedEvents {
        RecordedEvents(reader: self, selection: selection)
    }

    /// Returns when there may be events behind a checkpoint, at the latest after a duration, where one is given.
    package func waitForEvents(
        after checkpoint: Checkpoint, atMost duration: Duration?, clock: any LedgerClock
    ) async throws {
        guard let duration else { return try await waitForEvents(after: checkpoint) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.waitForEvents(after: checkpoint) }
            group.addTask { try await clock.sleep(for: duration) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// The last event of a stream, if it has one.
    public func lastEvent(of stream: StreamName) async throws -> RecordedEvent? {
        try await page(.stream(stream).backwards.limit(1)).events.first
    }
}

extension EventStore {
    /// Fills a commit and makes it true.
    ///
    /// ```swift
    /// let receipt = try await ledger.commit {
    ///     try $0.append(DigestCreated(user: "ada", papers: 20), to: "digest-ada", expecting: .newStream)
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - id: The commit's id; give one of your own where the caller may send the same commit again.
    ///   - metadata: For all events that bring none of their own.
    ///   - fill: Appends, puts and enqueues. What it throws is thrown on, and nothing is written.
    @discardableResult
    public func commit(
        id: CommitID = .unique(), metadata: Metadata = Metadata(), _ fill: (inout Commit) throws -> Void
    ) async throws -> Receipt {
        var commit = Commit(id: id, metadata: metadata)
        try fill(&commit)
        return try await self.commit(commit)
    }
}
