public import EventLedger

/// A ledger on Cloud Firestore that is divided, for more events a second than one head and one index carry: each partition
/// has a head of its own, and a stream belongs to one by the hash of its name (``EventLedger/Partition``).
///
/// ```swift
/// let ledger = try PartitionedFirestoreLedger(on: await .fromEnvironment(), partitions: 8)
/// let receipt = try await ledger.commit { try $0.append(event, to: "digest-ada", expecting: .newStream) }
/// ```
///
/// It is no ``EventLedger/Ledger``, since it does not keep all that a ledger promises. What it gives up:
///
/// - **One order.** Events are ordered within a partition, and so within a stream. Between partitions there is no order;
///   pages show events of several partitions by the time at which they were recorded, which is not exact.
/// - **Positions of the whole.** ``EventLedger/RecordedEvent/position`` and ``EventLedger/Receipt/position`` count within the
///   partition: two events may have the same. ``EventLedger/Receipt/checkpoint`` has no meaning here. A reader's place is a
///   vector, with a component for each partition; of two such neither may be ahead.
/// - **Commits across partitions.** All streams of a commit must be of one partition, and conditions are checked within it,
///   behind a position of it. Another commit is refused with `invalidValue`. A commit without events may write any documents
///   and tasks. ``partition(_:)`` gives a partition as a ledger of its own, for commits that have conditions and append nothing,
///   and for tools that need a whole ledger's positions, such as `LedgerVerifier`.
/// - **Some selections.** `through(_:)` is taken of a stream only, as a position of its partition. Reading backwards is for
///   a stream, or for the last 500 events at the most.
///
/// What holds as in a whole ledger: a commit is all or nothing, with its documents, tasks and dead letters; expectations;
/// idempotency by commit id and event ids, in all partitions; revisions without gaps; the hash chain of each stream.
///
/// The number of partitions is fixed with the first commit. What one carries is what ``FirestoreLedger`` says of its head, n of
/// them carry n times as much: the index in which events are read starts with the number of the partition, so that each
/// partition writes at a place of its own.
public final class PartitionedFirestoreLedger: EventReader, PushingLedger {
    /// How many partitions there are.
    public let partitionCount: Int
    /// Where the ledger gets the time from that it records.
    public var clock: any LedgerClock { options.clock }
    /// The tasks, to be handed to Cloud Tasks by a ``TaskDispatcher``.
    public var pushedTasks: FirestoreTaskQueue { parts.tasks }
    /// The documents.
    public var documents: any DocumentStore { parts.documents }
    /// The dead letters. Listing by state and time reads what it returns; where more is asked for (kind, origin, type, text),
    /// letters are read, the latest first, until a page is full.
    public var deadLetters: any DeadLetterStore { parts.deadLetters }

    let partitions: [FirestorePartition]
    let readers: [FirestoreEventReader]
    private let writers: [FirestoreCommitWriter]
    private let options: FirestoreLedgerOptions
    let parts: FirestoreLedgerParts
    private let watch: FirestoreHeadWatch
    /// The partition of a stream.
    private let route: @Sendable (StreamName) -> Int

    /// Opens a ledger; nothing is sent yet. It is made with its first commit, or by ``createIfMissing()``; where it must be
    /// there, ``requireExisting()`` says so.
    ///
    /// - Parameters:
    ///   - cloud: How Firestore is reached.
    ///   - database: The id of the database, in Native mode.
    ///   - name: The name of the ledger in the database: 1 to 100 letters, digits, `-` and `_`.
    ///   - partitions: How many, 1 to 100. Another number than that of the first commit is refused with `invalidValue` by
    ///     the first commit.
    ///   - options: How it works.
    /// - Throws: ``LedgerError`` with `invalidName` for the name, `invalidValue` for options that cannot be used.
    public convenience init(
        on cloud: GoogleCloud, database: String = "(default)", name: String = "main", partitions count: Int,
        options: FirestoreLedgerOptions = FirestoreLedgerOptions()
    ) throws {
        try self.init(on: cloud, database: database, name: name, partitions: count, options: options) {
            Partition.index(of: $0, among: count)
        }
    }

    /// - Parameter route: The partition of a stream; it is the same whoever opens the ledger, which only tests can promise for
    ///   another one than that of ``EventLedger/Partition``.
    init(
        on cloud: GoogleCloud, database: String = "(default)", name: String = "main", partitions count: Int,
        options: FirestoreLedgerOptions, routing route: @escaping @Sendable (StreamName) -> Int
    ) throws {
        try options.validate()
        _ = try Partition(index: 0, of: count)
        let paths = try FirestoreLedgerPaths(ledger: name)
        let firestore = FirestoreDatabase(on: cloud, database: database)
        let first = FirestorePartition(database: firestore, paths: paths, number: 0, count: count)
        let partitions = (0..<count).map {
            FirestorePartition(database: firestore, paths: paths, number: $0, count: count)
        }
        let parts = try FirestoreLedgerParts(first, cloud: cloud, options: options)
        let watch = FirestoreHeadWatch(partitions: count, pollInterval: options.pollInterval) {
            try await first.allHeads().map(\.position)
        }
        partitionCount = count
        self.route = route
        self.options = options
        self.parts = parts
        self.partitions = partitions
        self.watch = watch
        readers = partitions.map { FirestoreEventReader($0) }
        writers = partitions.map { partition in
            FirestoreCommitWriter(partition, options: options) { head, changedTasks in
                watch.committed(head, in: partition.number)
                if changedTasks { parts.taskSignal.signal() }
            }
        }
    }

    /// The partition of a stream, from 0.
    ///
    /// - Complexity: O(bytes of the name).
    public func partition(of stream: StreamName) -> Int { route(stream) }

    /// A partition, as a ledger of the streams that belong to it.
    ///
    /// - Parameter number: Which one, from 0.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/invalidValue`` where there is no such partition.
    public func partition(_ number: Int) throws -> FirestoreLedgerPartition {
        _ = try Partition(index: number, of: partitionCount)
        return FirestoreLedgerPartition(number, of: self)
    }

    /// How far whoever stands at a checkpoint has seen the partition of a stream: the position for conditions of a commit to
    /// that stream.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/invalidValue`` for a checkpoint of another ledger.
    public func position(in checkpoint: Checkpoint, of stream: StreamName) throws -> Position {
        Position(try components(of: checkpoint)[partition(of: stream)])
    }

    /// Makes everything in a commit true, or nothing.
    ///
    /// - Throws: What ``EventStore/commit(_:)`` throws; `invalidValue` for a commit whose streams are of several partitions, or
    ///   which has conditions and appends nothing that says in which partition they hold.
    @discardableResult
    public func commit(_ commit: Commit) async throws -> Receipt {
        try await commit.submit { try await self.submit($0, to: nil) }
    }

    /// Has the writer of a partition make a valid commit.
    ///
    /// - Parameter partition: The one in which it is to be made; where it is `nil`, its streams tell.
    func submit(_ commit: Commit, to partition: Int?) async throws -> Receipt {
        try await writers[try self.partition(of: commit, within: partition)].commit(commit)
    }

    /// Fills a commit and makes it true; see ``commit(_:)``.
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

    /// The checkpoint behind the last events; one read for each partition.
    public func head() async throws -> Checkpoint {
        Checkpoint(components: try await partitions[0].allHeads().map(\.position))
    }

    /// Returns when there are events behind a checkpoint, in any partition.
    public func waitForEvents(after checkpoint: Checkpoint) async throws { try await watch.wait(after: checkpoint) }

    /// Has whoever waits for events look at once, because something has told of events that another process committed.
    public func wake() { watch.wake() }

    /// Returns when there are events behind a position of a partition.
    func waitForEvents(after position: Position, in partition: Int) async throws {
        // All that the others have is taken for seen.
        let seen = partitions.map { $0.number == partition ? position.rawValue : .max }
        try await watch.wait(after: Checkpoint(components: seen))
    }

    private func partition(of commit: Commit, within wanted: Int?) throws -> Int {
        if let wanted {
            guard let foreign = commit.appends.first(where: { partition(of: $0.stream) != wanted })
            else { return wanted }
            throw LedgerError(
                .invalidValue,
                "The stream '\(foreign.stream)' is of partition \(partition(of: foreign.stream)), the commit is made to partition "
                    + "\(wanted). Make it to the partitioned ledger, or to the stream's own partition.",
                details: ["stream": foreign.stream.rawValue, "partition": "\(wanted)"]
            )
        }
        let found = Set(commit.appends.map { partition(of: $0.stream) })
        guard found.count <= 1 else {
            throw LedgerError(
                .invalidValue,
                "The streams of a commit are of \(found.count) partitions. Append to streams of one partition, or use a "
                    + "FirestoreLedger.",
                details: ["partitions": "\(found.count)"]
            )
        }
        if let partition = found.first { return partition }
        guard commit.conditions.isEmpty else {
            throw LedgerError(
                .invalidValue,
                "A commit to a partitioned ledger has conditions, but appends nothing that says in which partition they hold. "
                    + "Make it to that partition: 'ledger.partition(0).commit'."
            )
        }
        return partition(of: StreamName(commit.id.rawValue))
    }

    /// How far each partition was read.
    func components(of checkpoint: Checkpoint?) throws -> [Int64] {
        let components = checkpoint?.components ?? []
        if components.count == partitionCount { return components }
        guard components.allSatisfy({ $0 == 0 }) else {
            throw LedgerError(
                .invalidValue,
                "The checkpoint '\(checkpoint ?? .start)' is not of this ledger, which has \(partitionCount) partitions. Read "
                    + "from a checkpoint that this ledger gave."
            )
        }
        return Array(repeating: 0, count: partitionCount)
    }
}

extension FirestorePartition {
    /// The heads of all partitions of the ledger.
    func allHeads() async throws -> [FirestoreHead] {
        let all = (0..<count).map { paths.head($0) }
        let documents = try await database.read(all, resource: resource).documents
        return try all.map { try FirestoreHead(documents[$0]) }
    }
}
