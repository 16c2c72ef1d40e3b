public import Logging
public import ServiceLifecycle

/// Keeps the documents of a projection up to date: reads events, applies them, and writes documents and checkpoint in one
/// batch.
///
/// Each event takes effect exactly once, also after a crash at any instruction and with two projectors by mistake: a batch
/// requires that nobody moved the checkpoint or changed one of the documents since, and whoever is late takes up what is stored.
///
/// The documents of version `v` of the collection `papers` stand in `papers@v`; whoever asks for `papers` reads the version
/// that is live. The first version is live from its first batch. A higher version is built beside the live one, and takes its
/// place by ``switchLive()`` or at the end of ``rebuild()``.
///
/// ```swift
/// try await Projector(Papers(), from: ledger, into: ledger.documents, deadLetters: ledger.deadLetters).catchUp()
/// ```
public struct Projector: Service {
    /// How often in a row a projector may lose against others without moving on itself.
    static let conflictsInARow = 100

    let projection: any Projection
    let reader: any EventReader
    let store: any DocumentStore
    let settings: ProjectionSettings

    /// Makes a projector; nothing is read or written before it is started.
    ///
    /// - Parameters:
    ///   - projection: The projection.
    ///   - reader: Where the events come from.
    ///   - store: Where documents and checkpoint go.
    ///   - deadLetters: Where events go that cannot be applied. A policy that skips needs one, a policy that parks needs a
    ///     ``DeadLetterStore``.
    ///   - policy: What happens to an event that cannot be applied.
    ///   - partition: Which streams' events it takes. All partitions of a projection must be run, each by a projector of its
    ///     own. An event may change any document; it is applied again where another partition changed that document meanwhile.
    ///     What an event only reads should be written by events of its own stream, or it may be seen late.
    ///   - clock: For waits between attempts, and the times of checkpoints and letters.
    ///   - logger: Says what failed.
    public init(
        _ projection: some Projection, from reader: any EventReader, into store: any DocumentStore,
        deadLetters: (any DeadLetterSink)? = nil, policy: FailurePolicy = .stop, partition: Partition = .whole,
        clock: any LedgerClock = SystemClock(), logger: Logger = Logger(label: "eventledger.projector")
    ) {
        self.projection = projection
        self.reader = reader
        self.store = store
        settings = ProjectionSettings(
            deadLetters: deadLetters, policy: policy, partition: partition, clock: clock, logger: logger
        )
    }

    /// Applies all events that there are now.
    ///
    /// - Parameter limit: Where to stop; the last event unless given.
    /// - Returns: What was done.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/projectionFailed`` where an event cannot be applied and the policy
    ///   says stop, ``LedgerError/Code/collectionOwned`` where a collection belongs to another projection,
    ///   ``LedgerError/Code/invalidValue`` where the projection does not fit what was begun, ``LedgerError/Code/conflict`` where
    ///   others were faster a hundred times in a row or a newer version took over, or the errors of reader and store.
    /// - Complexity: O(events); memory for a page of events and at most about 10,000 documents.
    @discardableResult
    public func catchUp(through limit: Checkpoint? = nil) async throws -> ProjectionReport {
        var session = try await open(.current)
        try await catchUp(&session, .current, through: limit)
        return session.report
    }

    /// Applies all events there are, then those that come, until the task is cancelled or a graceful shutdown begins.
    ///
    /// While streams are parked it looks every second whether a person has decided about one.
    ///
    /// - Throws: As ``catchUp(through:)``; but an error of reader, store or sink that may pass (`timeout`, `unavailable`) is
    ///   ridden out.
    public func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await follow() }
        } catch is CancellationError {
            // Every batch was written or not; there is nothing to finish.
        }
    }

    private func follow() async throws {
        var session = try await ridingOut { try await open(.current) }
        // A batch that was broken off may have been written or not: what is stored is taken up.
        var isBrokenOff = false
        while true {
            try await ridingOut {
                if isBrokenOff { session = try await session.reopened(.current) }
                isBrokenOff = true
                try await catchUp(&session, .current, through: nil)
                isBrokenOff = false
                // What became of a parked stream's letter shows only where it is looked for.
                let longest: Duration? = session.parked.isEmpty ? nil : .seconds(1)
                try await reader.waitForEvents(after: session.checkpoint, atMost: longest, clock: settings.clock)
            }
        }
    }

    private func ridingOut<Value>(_ body: () async throws -> Value) async throws -> Value {
        try await RetryPolicy.untilItPasses.ridingOut(
            "A projector tries again.", clock: settings.clock, logger: settings.logger,
            ["projection": "\(projection.name)", "version": "\(projection.version)"], body
        )
    }
}

extension Projector {
    func open(_ target: ProjectionSession.Target) async throws -> ProjectionSession {
        try await ProjectionSession.open(projection, target, in: store, settings)
    }

    /// Brings a session to where the ledger ended when this began, or to an earlier limit.
    func catchUp(
        _ session: inout ProjectionSession, _ target: ProjectionSession.Target, through limit: Checkpoint?
    ) async throws {
        let head = try await reader.head()
        let end = limit.map { head.covers($0) ? $0 : head } ?? head
        var conflicts = 0
        var hasLookedAtParked = false
        while true {
            try Task.checkCancellation()
            do {
                if !hasLookedAtParked { try await session.resumeParked(from: reader) }
                hasLookedAtParked = true
                if try await step(&session, to: end) { return }
                conflicts = 0
            } catch let error where LedgerError.Code.conflict ~= error && conflicts < Self.conflictsInARow {
                conflicts += 1
                hasLookedAtParked = false
                await Task.yield()
                session = try await session.reopened(target)
            }
        }
    }

    /// Reads and applies one page.
    ///
    /// - Returns: Whether the end is reached.
    private func step(_ session: inout ProjectionSession, to end: Checkpoint) async throws -> Bool {
        guard !session.checkpoint.covers(end) else {
            try await session.write(through: session.checkpoint)
            return true
        }
        var selection = EventSelection.query(projection.query).after(session.checkpoint)
        if let position = end.position { selection = selection.through(position) }
        let page = try await reader.page(selection)
        let boundaries = PageBoundaries(reader: reader, selection: selection, page: page)
        try await session.process(page.events, on: .ledger(boundaries))
        // What a bounded selection leaves unread behind the bound is not passed.
        let isDone = page.next == nil || page.checkpoint.covers(end)
        try await session.write(through: isDone && end.position != nil ? end : page.checkpoint)
        return isDone
    }
}
