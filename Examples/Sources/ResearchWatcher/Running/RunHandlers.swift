public import EventLedger

/// Collects for one user.
public struct CollectUserHandler: TaskHandler {
    private let ledger: any Ledger
    private let corpora: CorpusCache

    /// Makes a handler.
    ///
    /// - Parameters:
    ///   - ledger: the ledger that the tasks are from.
    ///   - corpora: shared by all tasks of the process.
    public init(ledger: any Ledger, corpora: CorpusCache = CorpusCache()) {
        self.ledger = ledger
        self.corpora = corpora
    }

    public func handle(_ payload: CollectUser, in context: TaskContext) async throws -> TaskOutcome {
        // Not needed for correctness, since all ids are derived; but the work of a repetition can be saved.
        let done = EventSelection.query(
            EventQuery(
                types: [DigestCreated.eventType],
                tags: [EventTag("run:\(payload.run.id)"), EventTag("user:\(payload.user.id)")]))
        guard try await ledger.page(done.limit(1)).events.isEmpty else { return .done() }
        let corpus = try await corpora.corpus(for: payload.run)
        let collection = try UserCollection(of: payload.user, from: corpus, in: payload.run)
        for commit in collection.earlier { _ = try await ledger.commit(commit) }
        return .done(collection.last)
    }
}

/// Enqueues the tasks of a group of users.
public struct EnqueueUsersHandler: TaskHandler {
    /// Makes a handler.
    public init() {}

    public func handle(_ payload: EnqueueUsers, in context: TaskContext) async throws -> TaskOutcome {
        var commit = Commit(metadata: payload.run.origin.metadata)
        for user in payload.users { commit.enqueue(try CollectUser(run: payload.run, user: user).task()) }
        return .done(commit)
    }
}

/// Waits until every user of a run has a digest or a dead letter, then ends the run.
///
/// While it waits it keeps the documents up to date. One worker at a time holds the task, so that is done once and not by
/// all workers against each other; and when the run is complete, its documents are there.
public struct CompleteRunHandler: TaskHandler {
    private let ledger: any Ledger

    /// Makes a handler.
    ///
    /// - Parameter ledger: the ledger that the tasks are from.
    public init(ledger: any Ledger) {
        self.ledger = ledger
    }

    public func handle(_ payload: CompleteRun, in context: TaskContext) async throws -> TaskOutcome {
        let run = payload.run
        guard let progress = try await RunProgress.read(run.id, from: ledger) else {
            return .discard(reason: "The run '\(run.id)' was never started in this ledger.")
        }
        // After looking, so that the documents have all digests that were seen.
        try await ReadModels.bringUpToDate(in: ledger)
        if progress.completed != nil { return .done() }
        guard progress.pending == 0 else {
            // Many users take long: no need to look often.
            let wait = Duration.milliseconds(min(2000, 200 + 10 * progress.pending))
            return .snooze(until: context.clock.now + wait)
        }
        return .done(try progress.completion(of: run))
    }
}
