public import EventLedger

/// A ledger on Cloud Firestore, for more than one machine: events, documents, tasks and dead letters become true together in
/// one Firestore commit.
///
/// ```swift
/// let ledger = try FirestoreLedger(on: await .fromEnvironment())
/// try await ledger.commit { try $0.append(DigestCreated(user: "ada", papers: 20), to: "digest-ada") }
/// ```
///
/// One document, the head, holds the last position. Each commit with events replaces it on the condition that it is as it
/// was read, so that order, expectations and conditions hold across processes. Commits that wait at the same time are made
/// with one call. How many events a second one head carries is a matter of the calls' time: one call at a time, up to 500
/// commits in each. What Google documents beside it:
///
/// | limit | what it means here |
/// |---|---|
/// | 500 writes a second to a collection whose index is on a value that rises | events a second of a partition, by their positions |
/// | about one write a second to one document is sustained well; more is done, slower, as writers meet | the head, once for all commits of a group: fewer and larger groups |
/// | 10 MiB a request, 1 MiB a document, 270 s a transaction | groups and events are kept below |
///
/// Where that is not enough there is ``PartitionedFirestoreLedger``. The emulator has none of these limits, so what it carries
/// says nothing about production. Sources: https://firebase.google.com/docs/firestore/quotas and
/// https://firebase.google.com/docs/firestore/best-practices.
///
/// What a commit of n events costs where this process alone appends: one call, n + 2 document writes and one more per
/// stream; reads only where a stream was not written lately. Where others append too, the first commit after theirs
/// reads n + 2 documents and one per stream, again after each race that it loses, and after every third in a row writes the
/// head to ask for its turn. Documents, tasks and dead letters are read before they are written.
///
/// Committing needs the role `roles/datastore.user`. The indexes of ``FirestoreIndexes`` must be there.
public final class FirestoreLedger: Ledger, PushingLedger {
    /// The name of the ledger in its database.
    public var name: String { partition.paths.name }
    /// Where the ledger gets the time from that it records.
    public var clock: any LedgerClock { options.clock }

    let partition: FirestorePartition
    let options: FirestoreLedgerOptions
    let writer: FirestoreCommitWriter
    private let reader: FirestoreEventReader
    let watch: FirestoreHeadWatch
    let parts: FirestoreLedgerParts

    /// Opens a ledger; nothing is sent yet. It is made with its first commit, or by ``createIfMissing()``; where it must be
    /// there, ``requireExisting()`` says so.
    ///
    /// - Parameters:
    ///   - cloud: How Firestore is reached.
    ///   - database: The id of the database, in Native mode.
    ///   - name: The name of the ledger in the database: 1 to 100 letters, digits, `-` and `_`.
    ///   - options: How it works.
    /// - Throws: ``LedgerError`` with `invalidName` for the name, `invalidValue` for options that cannot be used.
    public init(
        on cloud: GoogleCloud, database: String = "(default)", name: String = "main",
        options: FirestoreLedgerOptions = FirestoreLedgerOptions()
    ) throws {
        try options.validate()
        let partition = FirestorePartition(
            database: FirestoreDatabase(on: cloud, database: database),
            paths: try FirestoreLedgerPaths(ledger: name), number: 0, count: 1
        )
        let parts = try FirestoreLedgerParts(partition, cloud: cloud, options: options)
        let watch = FirestoreHeadWatch(partitions: 1, pollInterval: options.pollInterval) {
            [try await partition.head().position]
        }
        self.partition = partition
        self.options = options
        self.parts = parts
        self.watch = watch
        reader = FirestoreEventReader(partition)
        writer = FirestoreCommitWriter(partition, options: options) { head, changedTasks in
            watch.committed(head, in: 0)
            if changedTasks { parts.taskSignal.signal() }
        }
    }

    /// The documents.
    public var documents: any DocumentStore { parts.documents }
    /// The tasks, to be handed to Cloud Tasks by a ``TaskDispatcher``.
    public var pushedTasks: FirestoreTaskQueue { parts.tasks }
    /// The dead letters. Listing by state and time reads what it returns; where more is asked for (kind, origin, type, text),
    /// letters are read, the latest first, until a page is full.
    public var deadLetters: any DeadLetterStore { parts.deadLetters }

    /// Makes everything in a commit true, or nothing; see ``EventStore``.
    ///
    /// - Throws: What ``EventStore/commit(_:)`` throws. After ``FirestoreLedgerOptions/commitDeadline``: `unavailable` where
    ///   Firestore said that it is, or could not be reached; `timeout` where it did not answer, or others were always faster.
    @discardableResult
    public func commit(_ commit: Commit) async throws -> Receipt {
        try await commit.submit { try await writer.commit($0) }
    }

    /// Reads some events of a selection: at most 500, or about 1 MiB. One call for all events, forwards; for other
    /// selections another one for the head; for bounds of time or revision one more.
    ///
    /// Types, a stream, a category and one tag of each item of a query are looked up in an index; of several tags the others
    /// are compared here. A query of more than 30 types and items together reads all events.
    public func page(_ selection: EventSelection) async throws -> EventPage {
        try selection.validate()
        return try await reader.page(selection)
    }

    /// The checkpoint behind the last event; one read.
    public func head() async throws -> Checkpoint { Checkpoint(Position(try await partition.head().position)) }

    /// Returns when there are events behind a checkpoint: at once for those of this process, for others when the head is
    /// read the next time, or when ``wake()`` is called.
    public func waitForEvents(after checkpoint: Checkpoint) async throws { try await watch.wait(after: checkpoint) }

    /// Has whoever waits for events look at once, because something has told of events that another process committed.
    public func wake() { watch.wake() }
}
