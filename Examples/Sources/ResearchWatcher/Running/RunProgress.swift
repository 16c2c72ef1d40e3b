public import EventLedger

/// How far a run has come, as the ledger tells.
public struct RunProgress: Sendable {
    /// How it began.
    public let started: RunStarted
    /// The users who have their digest.
    public let digested: Set<String>
    /// The users who were given up: their task is a dead letter, or somebody cancelled it.
    public let failed: Set<String>
    /// How it ended, if it did.
    public let completed: RunCompleted?

    /// How many users have neither.
    public var pending: Int { started.users.count - digested.count - failed.count }

    /// Reads how far a run has come.
    ///
    /// - Parameters:
    ///   - run: the id of the run.
    ///   - ledger: the ledger.
    /// - Returns: nil if the run never began.
    /// - Throws: what the ledger throws.
    /// - Complexity: O(users of the run).
    public static func read(_ run: String, from ledger: any Ledger) async throws -> RunProgress? {
        var started: RunStarted?
        var completed: RunCompleted?
        for try await event in ledger.read(.stream(StreamName("run-\(run)"))) {
            if let event = try event.decode(RunStarted.self) { started = event }
            if let event = try event.decode(RunCompleted.self) { completed = event }
        }
        guard let started else { return nil }

        var digested: Set<String> = []
        let digests = EventQuery(types: [DigestCreated.eventType], tags: [EventTag("run:\(run)")])
        for try await event in ledger.read(.query(digests)) {
            if let user = try event.decode(DigestCreated.self)?.digest.user { digested.insert(user) }
        }
        let users = Set(started.users)
        digested.formIntersection(users)
        let failed = try await failedUsers(of: run, in: ledger).union(cancelledUsers(of: run, in: ledger))
            .intersection(users).subtracting(digested)
        return RunProgress(started: started, digested: digested, failed: failed, completed: completed)
    }

    /// The commit that ends the run in the state it is in; the same however often it is made.
    ///
    /// - Parameter run: the run.
    /// - Throws: `LedgerError` with `encodingFailed`.
    public func completion(of run: RunInfo) throws -> Commit {
        let event = RunCompleted(
            run: run.id, users: started.users.count, digests: digested.count,
            failed: failed.sorted(by: ByteOrder.precedes))
        var commit = Commit(id: CommitID("complete:\(run.id)"), metadata: run.origin.metadata)
        commit.append(
            contentsOf: [try run.origin.event(event, id: EventID("\(run.id):completed"))], to: run.stream,
            expecting: .existing)
        return commit
    }

    private static func failedUsers(of run: String, in ledger: any Ledger) async throws -> Set<String> {
        var users: Set<String> = []
        for queue in Queues.all {
            let query = DeadLetterQuery(kind: .task, origin: queue.rawValue)
            var cursor: DeadLetterCursor?
            repeat {
                let page = try await ledger.deadLetters.letters(query, limit: 200, from: cursor)
                // One that was retried is a task again.
                for letter in page.letters where letter.state != .retried {
                    users.formUnion(self.users(of: letter, in: run))
                }
                cursor = page.next
            } while cursor != nil
        }
        return users
    }

    /// The users whose task was cancelled and not enqueued again.
    private static func cancelledUsers(of run: String, in ledger: any Ledger) async throws -> Set<String> {
        guard let tasks = ledger.tasks as? any ListableTaskQueue else { return [] }
        var users: Set<String> = []
        var query = TaskQuery(queue: Queues.userCollections, states: [.cancelled, .waiting, .leased], limit: 500)
        repeat {
            let page = try await tasks.tasks(query)
            // Of a name's generations the last one comes last.
            for task in page.tasks {
                guard let user = CollectUser.user(of: task.key.name, in: run) else { continue }
                if task.state == .cancelled { users.insert(user) } else { users.remove(user) }
            }
            query.cursor = page.next
        } while query.cursor != nil
        return users
    }

    /// The users that a letter is about; none where it is about another run.
    private static func users(of letter: DeadLetter, in run: String) -> [String] {
        guard case .task(let key) = letter.source else { return [] }
        // By its name, since kind and payload may be what no handler could read.
        if key.queue == Queues.userCollections { return CollectUser.user(of: key.name, in: run).map { [$0] } ?? [] }
        guard let payload = try? JSONText(letter.payload) else { return [] }
        if letter.type == EnqueueUsers.kind.rawValue, let task = try? payload.decode(EnqueueUsers.self) {
            return task.run.id == run ? task.users.map { $0.id } : []
        }
        return []
    }
}
