import EventLedger
import Synchronization

extension FirestoreCommitWriter {
    /// A member was refused on what is only remembered.
    private struct RefusedUnread: Error {}

    /// Nothing was heard of what was sent; it may have been done.
    struct NoAnswer: Error {}

    /// Makes a group, again and again until it is stored or the time is over, and tells its callers.
    func make(_ group: [Job]) async {
        var jobs = group
        var mayTrustMemory = true
        var failures = 0
        var last: (any Error)?
        while true {
            jobs = givingUp(jobs, because: last)
            let times = jobs.map(\.submittedAt)
            guard let oldest = times.min(), let youngest = times.max() else { return }
            let start = ContinuousClock.now, end = oldest + options.commitDeadline
            do {
                let members = jobs, trusting = mayTrustMemory
                // An answer that does not come is not waited for to the end: there is time to look whether it was stored.
                // By the deadline of the oldest, a group that has waited would be broken off for each member anew.
                let limit = min(youngest + options.commitDeadline, .now + patience)
                // A transport that repeats calls ends before, with what the service said last.
                let partition = partition.answering(within: max(limit - .now, .milliseconds(1)))
                let outcomes = try await within(limit) {
                    try await self.attempt(members, in: partition, trustingMemory: trusting)
                }
                for (job, outcome) in zip(jobs, outcomes) { job.continuation.resume(with: outcome) }
                return
            } catch is RefusedUnread {
                mayTrustMemory = false
            } catch let asked as Asked {
                await holdBack(for: asked.asker, until: end)
                mayTrustMemory = false
            } catch  where isPassing(error) {
                // That nothing was heard says less than what was heard before.
                if !(error is NoAnswer), last == nil || !(LedgerError.Code.timeout ~= error) { last = error }
                // Whether it was stored may be unknown: it is looked for before anything is sent again. That is done at once
                // where it was sent on what is remembered, which need not mean that anybody is in the way.
                if !mayTrustMemory || !(error is FirestoreConflict) {
                    failures += 1
                    let hasAsked =
                        error is FirestoreConflict ? await askForTurn(jobs, since: start, until: end) : false
                    if !hasAsked { await pause(afterFailures: failures, until: end) }
                }
                mayTrustMemory = false
            } catch  where jobs.count > 1 && mayConcernOneMember(error) {
                // Whom it concerns is found by halves: those with nothing wrong with them wait for few calls.
                let middle = jobs.count / 2
                await make(Array(jobs[..<middle]))
                await make(Array(jobs[middle...]))
                return
            } catch {
                for job in jobs { job.continuation.resume(throwing: error) }
                return
            }
        }
    }

    /// Tells those whose time is over; the others go on waiting.
    private func givingUp(_ jobs: [Job], because last: (any Error)?) -> [Job] {
        let now = ContinuousClock.now
        var rest: [Job] = []
        for job in jobs {
            guard job.submittedAt + options.commitDeadline <= now else {
                rest.append(job)
                continue
            }
            // What the service said at last: where it said nothing, or others were faster each time, it is the time that is over.
            let code: LedgerError.Code = (last as? LedgerError)?.code == .unavailable ? .unavailable : .timeout
            job.continuation.resume(
                throwing: LedgerError(
                    code,
                    "The commit could not be made in \(partition.resource) within \(options.commitDeadline). It may or may "
                        + "not have been made; sending it again with the same id is safe.",
                    underlying: last
                )
            )
        }
        return rest
    }

    /// Waits before another try, no longer than anybody waits for it.
    func pause(afterFailures failures: Int, until end: ContinuousClock.Instant) async {
        let pause = FirestoreConflict.pause(afterFailures: failures)
        try? await Task.sleep(until: min(end, .now + pause), clock: .continuous)
    }

    func isPassing(_ error: any Error) -> Bool {
        error is NoAnswer || error is CancellationError || FirestoreConflict.mayPass(error)
    }

    private func mayConcernOneMember(_ error: any Error) -> Bool {
        guard let error = error as? LedgerError else { return true }
        return ![.forbidden, .notFound, .unsupported, .schemaTooNew].contains(error.code)
    }

    /// How long an answer is waited for.
    var patience: Duration { max(.seconds(1), options.commitDeadline / 3) }

    /// Ends with ``NoAnswer`` when the time is over.
    func within<Result: Sendable>(
        _ deadline: ContinuousClock.Instant, _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(until: deadline, clock: .continuous)
                throw NoAnswer()
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() else { throw CancellationError() }
            return result
        }
    }

    /// Tries once to store commits.
    ///
    /// - Parameters:
    ///   - partition: The writer's, with calls that end in time.
    ///   - trusting: Whether what is remembered may be used in place of what would have to be read.
    /// - Returns: What became of each; it is stored.
    private func attempt(
        _ jobs: [Job], in partition: FirestorePartition, trustingMemory trusting: Bool
    ) async throws -> [Result<Receipt, any Error>] {
        let commits = jobs.map(\.commit)
        let judgements = jobs.reduce(into: [:]) { all, job in
            all.merge(job.judgements) { one, other in one.merging(other) }
        }
        // Taken out and put back, so that it is not copied where it changes. It says by itself when it does not hold any more:
        // when the head has another time.
        var (known, isDescribed) = state.withLock { state in
            defer { state.known = FirestoreKnown() }
            return (state.known, state.isDescribed)
        }
        defer {
            let (known, isDescribed) = (known, isDescribed)
            state.withLock { state in
                state.known = known
                state.isDescribed = isDescribed
            }
        }
        // The head of a ledger of which every commit was refused so far is known, but not whether it has to be described.
        let usesMemory = trusting && isDescribed && known.head != nil && commits.contains { $0.dependsOnHead }
        let now = options.clock.now
        var asked: Set<String> = []
        while true {
            let found = try await FirestoreGroupReader(
                partition: partition, retention: options.commitRetention, now: now, commits: commits,
                judgements: judgements, known: usesMemory ? known : nil, asked: asked, isDescribed: isDescribed
            ).read()
            do {
                var group = FirestoreGroup(
                    found, paths: partition.paths, partition: partition.number, retention: options.commitRetention,
                    keys: options.declaredFields, at: now
                )
                let outcomes = try apply(jobs, to: &group)
                let refused = outcomes.contains { if case .failure = $0 { true } else { false } }
                if usesMemory, refused { throw RefusedUnread() }
                if !usesMemory { known.learn(found.head, follows: false) }
                // Who finds its commits made, or writes no head, is in nobody's way and waits for nobody.
                if !usesMemory, group.dependsOnHead {
                    let asker = found.head.asker
                    if state.withLock({ $0.turns.yields(to: asker) }), let asker { throw Asked(asker: asker) }
                }
                try await store(group, found, in: partition, &known)
                // What is remembered may be old where nothing requires that it still holds.
                if !usesMemory || group.dependsOnHead { note(group.head) }
                if !found.isNew || !group.receipts.isEmpty { isDescribed = true }
                let changedTasks = commits.contains { !$0.tasks.isEmpty || !$0.completions.isEmpty }
                didCommit(group.head.position, changedTasks)
                return outcomes
            } catch let unread as FirestoreWorkspace.Unread {
                await rollBack(found.transaction)
                asked.formUnion(unread.paths)
            } catch {
                await rollBack(found.transaction)
                throw error
            }
        }
    }

    private func apply(
        _ jobs: [Job], to group: inout FirestoreGroup
    ) throws -> [Result<Receipt, any Error>] {
        try FirestoreWorkspace.gather(jobs) { job in
            do {
                return .success(try group.commit(job.commit, token: job.token))
            } catch let unread as FirestoreWorkspace.Unread {
                throw unread
            } catch {
                return .failure(error)
            }
        }
    }

    private func store(
        _ group: FirestoreGroup, _ found: FirestoreFound, in partition: FirestorePartition,
        _ known: inout FirestoreKnown
    ) async throws {
        var writes = group.writes
        guard !writes.isEmpty else {
            await rollBack(found.transaction)
            return
        }
        if found.isNew { writes.append(partition.description) }
        let committed = try await partition.database.commit(
            writes, in: found.transaction, resource: partition.resource
        )
        guard group.dependsOnHead else { return }
        state.withLock { $0.turns.win() }
        guard committed.updateTimes.count == writes.count, let time = committed.updateTimes.first, !time.isEmpty
        else { return known.forget() }
        var head = group.head
        head.updateTime = time
        known.learn(head, follows: true)
        for (name, stream) in group.streams {
            var stream = stream
            // All that one commit changes has the same time.
            stream.updateTime = time
            known.learn(stream, of: name)
        }
    }

    private func rollBack(_ transaction: FirestoreDatabase.Transaction?) async {
        if let transaction { await partition.database.rollBack(transaction) }
    }
}
