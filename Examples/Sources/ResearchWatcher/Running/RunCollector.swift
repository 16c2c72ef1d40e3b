public import EventLedger

/// Collects for all users, in one of two ways that give the same documents.
public struct RunCollector: Sendable {
    // So many tasks go into the first commit beside the run's own; more are enqueued by workers, group by group.
    private static let tasksInFirstCommit = 400
    private static let usersInGroup = 200
    // A task carries at most 90 KiB.
    private static let bytesInGroup = 64 * 1024

    private let ledger: any Ledger

    /// Makes a collector.
    ///
    /// - Parameter ledger: the ledger.
    public init(ledger: any Ledger) {
        self.ledger = ledger
    }

    /// All users with their seeds, by id.
    ///
    /// - Throws: what the ledger throws.
    public func users() async throws -> [UserProfile] {
        try await ReadModels.bringUpToDate(in: ledger)
        var seeds: [String: Seeds] = [:]
        for try await document in ledger.documents.all(DocumentQuery(SeedsDocument.collection, limit: 500)) {
            seeds[document.key.id.rawValue] = try document.decode(SeedsDocument.self).seeds
        }
        var users: [UserProfile] = []
        for try await document in ledger.documents.all(DocumentQuery(UserDocument.collection, limit: 500)) {
            let user = try document.decode(UserDocument.self)
            users.append(UserProfile(id: user.id, name: user.name, seeds: seeds[user.id] ?? Seeds()))
        }
        return users
    }

    /// Collects for one user after another.
    ///
    /// A user whose collection fails is given up, as in the other way when all attempts are used up; the run goes on.
    ///
    /// - Parameters:
    ///   - run: the run.
    ///   - users: the users.
    ///   - corpus: the papers of the run's source.
    ///   - onProgress: is told after each user how many are done.
    /// - Returns: how the run ended.
    /// - Throws: what the ledger throws where it cannot go on, or `CancellationError`.
    public func collectOneByOne(
        _ run: RunInfo, users: [UserProfile], corpus: PreparedCorpus, onProgress: (Int) -> Void = { _ in }
    ) async throws -> RunProgress {
        _ = try await ledger.commit(try start(run, .synchronous, users: users, corpus: corpus))
        var digested: Set<String> = []
        var failed: Set<String> = []
        for (index, user) in users.enumerated() {
            try Task.checkCancellation()
            do {
                try await UserCollection(of: user, from: corpus, in: run).commit(to: ledger)
                digested.insert(user.id)
            } catch let error as LedgerError where Self.isAboutContent(error) {
                failed.insert(user.id)
            }
            onProgress(index + 1)
        }
        // As in the other way: when the run is complete, its documents are there.
        try await ReadModels.bringUpToDate(in: ledger)
        let started = Self.started(run, .synchronous, users: users, corpus: corpus)
        let open = RunProgress(started: started, digested: digested, failed: failed, completed: nil)
        _ = try await ledger.commit(try open.completion(of: run))
        return try await RunProgress.read(run.id, from: ledger) ?? open
    }

    /// Starts a run whose work is done by workers: a task for each user, and one that ends the run. The run's beginning and
    /// the tasks are one commit, so a run that began comes to its end.
    ///
    /// - Parameters:
    ///   - run: the run.
    ///   - users: the users.
    ///   - corpus: the papers of the run's source, which workers read again.
    /// - Throws: `LedgerError` with `limitExceeded` for more than about 10,000 users, or what the ledger throws.
    public func fanOut(_ run: RunInfo, users: [UserProfile], corpus: PreparedCorpus) async throws {
        var commit = try start(run, .fanOut, users: users, corpus: corpus)
        if users.count <= Self.tasksInFirstCommit {
            for user in users { commit.enqueue(try CollectUser(run: run, user: user).task()) }
        } else {
            for (index, group) in try Self.groups(of: users).enumerated() {
                commit.enqueue(try EnqueueUsers(run: run, group: index + 1, users: group).task())
            }
        }
        commit.enqueue(try CompleteRun(run: run).task())
        _ = try await ledger.commit(commit)
    }

    private func start(
        _ run: RunInfo, _ mode: RunStarted.Mode, users: [UserProfile], corpus: PreparedCorpus
    ) throws -> Commit {
        let event = Self.started(run, mode, users: users, corpus: corpus)
        var commit = Commit(id: CommitID("start:\(run.id)"), metadata: run.origin.metadata)
        commit.append(
            contentsOf: [try run.origin.event(event, id: EventID("\(run.id):started"))], to: run.stream,
            expecting: .newStream)
        return commit
    }

    private static func started(
        _ run: RunInfo, _ mode: RunStarted.Mode, users: [UserProfile], corpus: PreparedCorpus
    ) -> RunStarted {
        RunStarted(
            run: run, mode: mode, users: users.map { $0.id }, read: corpus.report, papers: corpus.index.count)
    }

    private static func groups(of users: [UserProfile]) throws -> [[UserProfile]] {
        var groups: [[UserProfile]] = []
        var size = 0
        for user in users {
            let bytes = try JSONText(encoding: user).bytes.count
            if let last = groups.last, last.count < usersInGroup, size + bytes <= bytesInGroup {
                groups[groups.count - 1].append(user)
                size += bytes
            } else {
                groups.append([user])
                size = bytes
            }
        }
        return groups
    }

    /// Whether an error is about what was to be written, and not about the ledger: the next user may do better.
    private static func isAboutContent(_ error: LedgerError) -> Bool {
        let codes: Set<LedgerError.Code> = [
            .limitExceeded, .invalidName, .invalidValue, .encodingFailed, .eventIDReused,
        ]
        return codes.contains(error.code)
    }
}
