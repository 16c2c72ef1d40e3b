/// The id of a commit, by which its retry is recognised.
public struct CommitID: LedgerName {
    public static let noun = "commit id"
    public let rawValue: String
    public init(_ rawValue: String) { self.rawValue = rawValue }

    /// A new id.
    public static func unique() -> CommitID { CommitID(TimeOrderedUUID.next()) }

    /// What the ledger's engines derive ids from, so that repeated work is recorded once.
    enum Origin: String, CaseIterable {
        /// A task: its queue, name and generation.
        case task
        /// An event in a reactor: the reactor's name and the event's id.
        case reactor
    }

    /// The id that is derived from what work is about. The names may together be longer than an id, so they are hashed.
    static func derived(from origin: Origin, _ names: [String]) -> CommitID {
        CommitID("\(origin):\(CanonicalDigest.hexadecimal(of: names))")
    }

    /// Whether an engine derived it.
    var isDerived: Bool { Origin.allCases.contains { rawValue.utf8.starts(with: "\($0):".utf8) } }
}

/// The one write: events, documents and tasks that become true together or not at all.
///
/// It is a value of bytes: encoding happens while it is filled, so that it can be compared in tests and sent again as it is.
public struct Commit: Hashable, Sendable {
    /// Events for one stream.
    public struct Append: Hashable, Sendable {
        /// The stream.
        public let stream: StreamName
        /// What is required of it. It sees the appends before it in the same commit.
        public let expectation: Expectation
        /// The events in order.
        public let events: [NewEvent]

        /// Makes an append.
        public init(to stream: StreamName, expecting expectation: Expectation, events: [NewEvent]) {
            self.stream = stream
            self.expectation = expectation
            self.events = events
        }
    }

    /// The id by which a retry is recognised.
    public var id: CommitID
    /// For all events of the commit that bring none of their own: missing parts are filled from it.
    public var metadata: Metadata
    /// The events by stream, in order.
    public private(set) var appends: [Append] = []
    /// What is required of the ledger.
    public private(set) var conditions: [CommitCondition] = []
    /// The documents, in order.
    public private(set) var documents: [DocumentWrite] = []
    /// The tasks to enqueue.
    public private(set) var tasks: [NewTask] = []
    /// The leases of the tasks that are done with this commit.
    public private(set) var completions: [TaskLease] = []
    /// The dead letters to record.
    public private(set) var deadLetters: [DeadLetter] = []

    /// Makes an empty commit.
    ///
    /// - Parameters:
    ///   - id: By which a retry is recognised.
    ///   - metadata: For all events that bring none of their own.
    public init(id: CommitID = .unique(), metadata: Metadata = Metadata()) {
        self.id = id
        self.metadata = metadata
    }

    /// Whether it would change nothing.
    public var isEmpty: Bool {
        appends.isEmpty && documents.isEmpty && tasks.isEmpty && completions.isEmpty && deadLetters.isEmpty
    }

    /// The events of all streams, in order.
    public var events: [NewEvent] { appends.flatMap(\.events) }
}

extension Commit {
    /// Appends events of Swift types to a stream.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/encodingFailed``.
    public mutating func append<each E: Event>(
        _ events: repeat each E, to stream: StreamName, expecting expectation: Expectation = .any
    ) throws {
        var new: [NewEvent] = []
        for event in repeat each events { new.append(try NewEvent(event)) }
        append(contentsOf: new, to: stream, expecting: expectation)
    }

    /// Appends what a decision returned to a stream.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/encodingFailed``.
    public mutating func append(
        contentsOf events: some Sequence<any Event>, to stream: StreamName, expecting expectation: Expectation = .any
    ) throws {
        append(contentsOf: try events.map { try NewEvent($0) }, to: stream, expecting: expectation)
    }

    /// Appends events of one Swift type to a stream.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/encodingFailed``.
    public mutating func append<E: Event>(
        contentsOf events: some Sequence<E>, to stream: StreamName, expecting expectation: Expectation = .any
    ) throws {
        append(contentsOf: try events.map { try NewEvent($0) }, to: stream, expecting: expectation)
    }

    /// Appends events that are encoded already to a stream.
    public mutating func append(
        contentsOf events: some Sequence<NewEvent>, to stream: StreamName, expecting expectation: Expectation = .any
    ) {
        appends.append(Append(to: stream, expecting: expectation, events: Array(events)))
    }

    /// Requires that no event behind a position matches a query: a decision that was based on what the query found is
    /// refused when it was overtaken.
    ///
    /// - Parameters:
    ///   - query: What must not have happened.
    ///   - position: The last position that the decision knows.
    public mutating func require(nothingMatching query: EventQuery, after position: Position) {
        conditions.append(CommitCondition(nothingMatching: query, after: position))
    }

    /// Requires that no event behind a checkpoint matches a query; see ``require(nothingMatching:after:)-(_,Position)``.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/invalidValue`` for the checkpoint of a partitioned ledger.
    public mutating func require(nothingMatching query: EventQuery, after checkpoint: Checkpoint) throws {
        guard let position = checkpoint.position else {
            throw LedgerError(
                .invalidValue, "A condition needs the checkpoint of a whole ledger, not of a partitioned one.")
        }
        require(nothingMatching: query, after: position)
    }

    /// Puts a document.
    ///
    /// - Parameters:
    ///   - document: The document; its collection must not be owned by a projection.
    ///   - condition: What is required of the document that it replaces.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/encodingFailed``.
    public mutating func put(_ document: some DocumentModel, if condition: VersionCondition = .any) throws {
        documents.append(try .put(document, if: condition))
    }

    /// Writes a document.
    public mutating func write(_ write: DocumentWrite) { documents.append(write) }

    /// Deletes a document.
    public mutating func delete<Model: DocumentModel>(
        _ type: Model.Type, id: String, if condition: VersionCondition = .any
    ) {
        documents.append(.delete(DocumentKey(Model.collection, DocumentID(id)), if: condition))
    }

    /// Enqueues a task.
    ///
    /// - Parameters:
    ///   - payload: What the task carries.
    ///   - name: By which it is deduplicated in its queue.
    ///   - queue: The queue.
    ///   - schedule: When it may run.
    ///   - retry: How failures are retried; the queue's own policy where it is `nil`.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/encodingFailed``.
    public mutating func enqueue(
        _ payload: some TaskPayload, named name: TaskName = .unique(), in queue: QueueName,
        schedule: TaskSchedule = .now, retry: RetryPolicy? = nil
    ) throws {
        tasks.append(try NewTask(payload, named: name, in: queue, schedule: schedule, retry: retry))
    }

    /// Enqueues a task.
    public mutating func enqueue(_ task: NewTask) { tasks.append(task) }

    /// Ends a task together with what it did.
    ///
    /// - Parameter lease: The lease under which the work was done. Where it was lost, the whole commit is refused.
    public mutating func complete(_ lease: TaskLease) { completions.append(lease) }

    /// Records a dead letter.
    public mutating func record(_ letter: DeadLetter) { deadLetters.append(letter) }
}

extension Commit {
    /// The commit with the metadata of the whole filled into those of each event, and with the trace context of the current
    /// task where there is none. Backends store what this returns.
    package func resolvingMetadata() -> Commit {
        var common = metadata
        if common.traceparent == nil { common = common.filled(from: TracePropagation.current()) }
        var copy = self
        if !common.isEmpty {
            copy.appends = appends.map { append in
                Append(
                    to: append.stream, expecting: append.expectation,
                    events: append.events.map { event in
                        var event = event
                        event.metadata = event.metadata.filled(from: common)
                        return event
                    }
                )
            }
            copy.tasks = tasks.map { task in
                var task = task
                let texts = [
                    ("traceparent", common.traceparent), ("tracestate", common.tracestate),
                    ("correlationId", common.correlationID),
                ]
                for (key, text) in texts where task.headers[key] == nil {
                    if let text { task.headers[key] = .string(text) }
                }
                return task
            }
        }
        return copy
    }

    /// Checks names and limits; every backend calls it before any input or output.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/invalidName``, ``LedgerError/Code/invalidValue``,
    ///   ``LedgerError/Code/limitExceeded``, ``LedgerError/Code/forbidden`` for a reserved collection, or
    ///   ``LedgerError/Code/eventIDReused`` where an id occurs twice in the commit.
    public func validate() throws {
        try id.validate()
        let eventCount = appends.reduce(0) { $0 + $1.events.count }
        try LedgerLimits.check(
            "A commit", eventCount, atMost: LedgerLimits.eventsPerCommit, unit: "events", advice: "Split it."
        )
        try LedgerLimits.check(
            "A commit", documents.count + tasks.count + completions.count + deadLetters.count,
            atMost: LedgerLimits.writesPerCommit, unit: "documents, tasks and dead letters", advice: "Split it."
        )
        var size = 0
        for append in appends {
            try append.stream.validate()
            if case .revision(let revision) = append.expectation, revision < 0 {
                throw LedgerError(
                    .invalidValue, "Revision \(revision) was expected; revisions count from 1, 0 is a new stream.")
            }
            for event in append.events {
                try event.validate()
                size += event.data.bytes.count + event.tags.reduce(0) { $0 + $1.rawValue.utf8.count }
                if !event.metadata.isEmpty { size += event.metadata.encoded.bytes.count }
            }
        }
        if let id = repeatedID {
            throw LedgerError(
                .eventIDReused, "The event id '\(id)' occurs twice in one commit. Give each event its own.",
                details: ["id": id.rawValue]
            )
        }
        for condition in conditions { try condition.query.validate() }
        guard Set(completions.map(\.key)).count == completions.count else {
            throw LedgerError(.invalidValue, "A commit completes the same task twice. Complete it once.")
        }
        size += try DocumentBatch(documents).validate()
        for task in tasks { size += try task.validate() }
        for letter in deadLetters {
            try letter.validate()
            size += letter.payload.utf8.count
        }
        try LedgerLimits.check(
            "A commit", size, atMost: LedgerLimits.commitBytes, unit: "bytes", advice: "Split it."
        )
    }

    /// An event id that occurs twice. Time-ordered ids rise, which shows without remembering them.
    private var repeatedID: EventID? {
        var last: EventID?
        var rises = true
        for append in appends {
            for event in append.events {
                if let last, !(last < event.id) { rises = false }
                last = event.id
            }
        }
        if rises { return nil }
        var known = Set<EventID>()
        return events.first { !known.insert($0.id).inserted }?.id
    }
}
