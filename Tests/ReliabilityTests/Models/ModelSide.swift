import EventLedger

/// One of the two that are compared, the model or the ledger under test: it carries out steps and says what came of
/// them. Leases have tokens of their own on each side, so each side keeps what its steps were granted, and the commits
/// that it sent.
struct ModelSide {
    let profile: ModelProfile
    private(set) var leases: [LeaseReference: TaskLease] = [:]
    private var commits: [Int: Commit] = [:]

    init(profile: ModelProfile) { self.profile = profile }

    /// Carries out a step that changes or reads the ledger.
    ///
    /// - Parameters:
    ///   - command: Neither a step of the clock alone nor an opening.
    ///   - ledger: On what.
    ///   - facts: How the model stood before; what the command says is relative to it.
    ///   - letters: The ids of the model's letters, in order.
    /// - Returns: What came of it.
    mutating func perform(
        _ command: ModelCommand, on ledger: any LeasingLedger, facts: ModelFacts, letters: [DeadLetterID]
    ) async -> String {
        let number = command.number
        do {
            switch command.action {
            case .commit(let plan):
                let commit = commit(plan, number: number, facts: facts)
                commits[number] = commit
                return await send(commit, to: ledger)
            case .resend(let earlier, let how):
                guard let commit = again(earlier, how, number: number) else { return "nothing to send" }
                return await send(commit, to: ledger)
            case .write(let writes):
                try await ledger.documents.write(DocumentBatch(writes.map { $0.write(facts) }))
                return "written"
            case .get(let keys):
                return try await ledger.documents.documents(keys).sorted { $0.key < $1.key }.map(ModelText.document)
                    .description
            case .find(let plan):
                var found: [String] = []
                for try await document in ledger.documents.all(plan.query) {
                    found.append(ModelText.document(document))
                }
                return found.description
            case .read(let plan): return try await read(plan.selection(facts), from: ledger)
            default: return try await performTask(command, on: ledger, facts: facts, letters: letters)
            }
        } catch {
            return ModelText.error(error)
        }
    }

    private mutating func performTask(
        _ command: ModelCommand, on ledger: any LeasingLedger, facts: ModelFacts, letters: [DeadLetterID]
    ) async throws -> String {
        let number = command.number
        let queue = ledger.leasedTasks
        switch command.action {
        case .enqueue(let plans):
            return try await queue.enqueue(plans.map { $0.task(number: number) }).map(ModelText.enqueued).description
        case .cancel(let name, let queueName): return "\(try await queue.cancel(name, in: queueName))"
        case .pause(let name):
            try await queue.pause(name)
            return "paused"
        case .resume(let name):
            try await queue.resume(name)
            return "resumed"
        case .configure(let name, let plan):
            try await queue.configure(name, plan.configuration(profile))
            return "configured"
        case .lease(let names, let limit, let seconds):
            return try await lease(from: names, limit: limit, seconds: seconds, number: number, queue)
        case .extend(let reference, let seconds):
            guard let lease = leases[reference] else { return "no such lease" }
            let extended = try await queue.extend(lease, for: .seconds(seconds))
            leases[reference] = extended
            return "extended to \(extended.expiresAt)"
        case .settle(let reference, let plan):
            guard let lease = leases[reference] else { return "no such lease" }
            return "\(try await queue.settle(lease, plan.settlement(number: number, now: facts.now)))"
        case .listTasks(let name, let limit): return try await listLiveTasks(name, limit: limit, queue)
        case .advance(_, let leasing): return try await notice(leasing: leasing, number: number, queue)
        default: return try await performLetter(command, on: ledger.deadLetters, facts: facts, letters: letters)
        }
    }

    private func performLetter(
        _ command: ModelCommand, on store: any DeadLetterStore, facts: ModelFacts, letters: [DeadLetterID]
    ) async throws -> String {
        // A letter that nobody has recorded, where there is none.
        func id(nth: Int) -> DeadLetterID { letters.isEmpty ? "missing" : letters[nth % letters.count] }
        let note = "decided in #\(command.number)"
        switch command.action {
        case .recordLetter(let plan):
            try await store.record(plan.letter(number: command.number, now: facts.now))
            return "recorded"
        case .retryLetter(let nth): return "\(try await store.retry(id(nth: nth), by: "ada", note: note))"
        case .resolveLetter(let nth): return "\(try await store.resolve(id(nth: nth), by: "grace", note: note))"
        case .purgeLetters(let seconds): return "\(try await store.purge(before: facts.now - .seconds(seconds)))"
        case .listLetters(let kind, let state, let text, let limit):
            return try await listLetters(DeadLetterQuery(kind: kind, state: state, text: text), limit: limit, store)
                .description
        default: return "nothing"
        }
    }
}

// Commits.
extension ModelSide {
    private func commit(_ plan: CommitPlan, number: Int, facts: ModelFacts) -> Commit {
        var commit = Commit(id: CommitID("commit-\(number)"), metadata: Metadata(actor: plan.actor))
        var count = 0
        for append in plan.appends {
            var events: [NewEvent] = []
            for event in append.events {
                events.append(event.event(number: number, index: count, now: facts.now))
                count += 1
            }
            commit.append(
                contentsOf: events, to: append.stream, expecting: append.expectation.expectation(append.stream, facts))
        }
        for condition in plan.conditions {
            commit.require(nothingMatching: condition.query.query, after: facts.position(back: condition.back))
        }
        for write in plan.writes { commit.write(write.write(facts)) }
        for task in plan.tasks { commit.enqueue(task.task(number: number)) }
        for reference in plan.completions {
            if let lease = leases[reference] { commit.complete(lease) }
        }
        for letter in plan.letters { commit.record(letter.letter(number: number, now: facts.now)) }
        return commit
    }

    /// An earlier commit as it is to be sent now; `nil` where the step that made it is gone.
    private func again(_ earlier: Int, _ how: ResendingPlan, number: Int) -> Commit? {
        guard let commit = commits[earlier] else { return nil }
        let other = EventPlan(type: "moved", tags: [], secondsAgo: nil)
            .event(number: number, index: 0, now: .distantPast)
        let id = CommitID("again-\(number)")
        switch how {
        case .same: return commit
        case .underAnotherID: return commit.copy(id: id) { $0 }
        case .withOtherEvents:
            var copy = Commit(id: commit.id)
            copy.append(contentsOf: [other], to: "thing-1")
            return copy
        case .withOtherData:
            return commit.copy(id: id) { event in
                NewEvent(type: event.type, data: other.data, tags: event.tags, id: event.id)
            }
        case .onlyFirstEvent:
            guard let append = commit.appends.first, let event = append.events.first else { return nil }
            var copy = Commit(id: id)
            copy.append(contentsOf: [event], to: append.stream)
            return copy
        case .withOneMoreEvent:
            var copy = commit.copy(id: id) { $0 }
            copy.append(contentsOf: [other], to: "thing-2")
            return copy
        }
    }

    private func send(_ commit: Commit, to ledger: any LeasingLedger) async -> String {
        do {
            return ModelText.receipt(try await ledger.commit(commit))
        } catch {
            return ModelText.error(error)
        }
    }
}

// Tasks and letters.
extension ModelSide {
    private mutating func lease(
        from names: [QueueName], limit: Int, seconds: Int64, number: Int, _ queue: any LeasedTaskQueue
    ) async throws -> String {
        let granted = try await queue.lease(from: names, limit: limit, for: .seconds(seconds), worker: "worker")
        var text: [String] = []
        for (index, leased) in granted.enumerated() {
            // Of all leases of a task that there were, the new one must have the greatest token.
            let grows = leases.values.allSatisfy {
                $0.key != leased.lease.key || $0.fencingToken < leased.lease.fencingToken
            }
            leases[LeaseReference(command: number, index: index)] = leased.lease
            text.append(ModelText.leased(leased) + (grows ? "" : " with an old token"))
        }
        return text.description
    }

    /// Makes the ledger take back what has expired: until somebody leases or cancels in a queue, that may be put off.
    private mutating func notice(leasing: Int, number: Int, _ queue: any LeasedTaskQueue) async throws -> String {
        guard profile.hasTasks else { return "later" }
        guard leasing == 0 else {
            return try await lease(from: ModelProfile.queues, limit: leasing, seconds: 30, number: number, queue)
        }
        for name in ModelProfile.queues { _ = try await queue.cancel("nobody", in: name) }
        return "later"
    }

    private func listLiveTasks(
        _ name: QueueName?, limit: Int, _ queue: any LeasedTaskQueue
    ) async throws -> String {
        var query = TaskQuery(queue: name, states: [.waiting, .leased], limit: limit)
        var pages: [String] = []
        repeat {
            let page = try await queue.tasks(query)
            pages.append(page.tasks.map(ModelText.task).description)
            query.cursor = page.next
        } while query.cursor != nil
        return pages.joined(separator: "\n")
    }

    private func listLetters(
        _ query: DeadLetterQuery, limit: Int, _ store: any DeadLetterStore
    ) async throws -> [String] {
        var letters: [String] = []
        var cursor: DeadLetterCursor?
        repeat {
            let page = try await store.letters(query, limit: limit, from: cursor)
            letters += page.letters.map(ModelText.letter)
            cursor = page.next
        } while cursor != nil
        return letters
    }
}

// Reading.
extension ModelSide {
    /// Reads all of a selection; and, forwards, again from the checkpoint of its first page on, which must give the
    /// rest.
    private func read(_ selection: EventSelection, from ledger: any LeasingLedger) async throws -> String {
        var events: [RecordedEvent] = []
        for try await event in ledger.read(selection) { events.append(event) }
        let text = events.map(ModelText.event).joined(separator: "\n")
        guard !selection.isBackwards, selection.maximum != 0 else { return text }
        let page = try await ledger.page(selection)
        var rest = selection.after(page.checkpoint)
        rest.maximum = selection.maximum.map { $0 - page.events.count }
        var resumed = page.events
        for try await event in ledger.read(rest) { resumed.append(event) }
        return text + (resumed == events ? "" : "\nand other ones after the first page's checkpoint")
    }
}
