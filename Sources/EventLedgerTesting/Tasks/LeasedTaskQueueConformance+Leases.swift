#if canImport(Testing)
import EventLedger
import Testing

extension LeasedTaskQueueConformance {
    static let leases: [Obligation] = [
        Obligation(9, "A lease is exclusive until it expires", exclusive),
        Obligation(9, "The fencing token grows with every lease of a task", fencingTokens),
        Obligation(11, "Extending moves the expiry", extend),
        Obligation(11, "A lost lease cannot be extended, settled or completed", lostLease),
        Obligation(12, "An expired lease uses an attempt, and the last one makes a dead letter", workerLost),
        Obligation(12, "A clock that steps back does not end or lengthen a lease", clockStepsBack),
    ]

    static let completion: [Obligation] = [
        Obligation(10, "The completion and the effects of a task are one commit", completionWithEffects),
        Obligation(10, "With a lost lease the whole commit is refused", lostLeaseRefusesAll),
        Obligation(10, "A commit that is refused does not complete its task", refusedCommitCompletesNothing),
        Obligation(10, "A handler that runs again records its effects once", effectsOnce),
        Obligation(10, "One commit completes several tasks, or none", severalCompletions),
    ]

    private static func exclusive(_ run: Run) async throws {
        let ledger = run.subject
        try await ledger.leasedTasks.enqueue((0..<40).map { task("t-\($0)") })
        let outcomes = try await concurrently(16) { index in
            try await ledger.lease(3, worker: WorkerName("w-\(index)"))
        }
        let leased = outcomes.compactMap(\.value).flatMap { $0 }
        #expect(leased.count == 40)
        #expect(Set(leased.map(\.task.key)).count == 40)
        run.clock.advance(by: minute - .seconds(1))
        let none = try await ledger.leasedNames()
        #expect(none.isEmpty)
        run.clock.advance(by: .seconds(2))
        let again = try await ledger.leasedNames()
        #expect(again.count == 40)
    }

    private static func fencingTokens(_ run: Run) async throws {
        let ledger = run.subject
        try await ledger.enqueue(task("a", retry: immediately()))
        var tokens: [Int64] = []
        for round in 0..<6 {
            let leased = try await ledger.leaseOne()
            tokens.append(leased.lease.fencingToken)
            switch round % 3 {
            case 0: try await ledger.leasedTasks.settle(leased.lease, .released)
            case 1: try await ledger.leasedTasks.settle(leased.lease, .failed(failure))
            default: run.clock.advance(by: minute + .seconds(1))
            }
        }
        #expect(tokens == tokens.sorted())
        #expect(Set(tokens).count == 6)
    }

    private static func extend(_ run: Run) async throws {
        let ledger = run.subject
        try await ledger.enqueue(task("a", retry: immediately()))
        let leased = try await ledger.leaseOne()
        var lease = leased.lease
        for _ in 0..<4 {
            run.clock.advance(by: .seconds(50))
            lease = try await ledger.leasedTasks.extend(lease, for: minute)
            #expect(lease.expiresAt == run.clock.now + minute)
            #expect(lease.key == leased.lease.key)
            #expect(lease.fencingToken == leased.lease.fencingToken)
        }
        let none = try await ledger.leasedNames()
        #expect(none.isEmpty)
        let record = try await ledger.record("a")
        #expect(record?.leaseExpiresAt == lease.expiresAt)
        // The lease as it was given is the same hold, although its own expiry has passed.
        try await ledger.complete(leased)
    }

    private static func lostLease(_ run: Run) async throws {
        let ledger = run.subject
        try await ledger.enqueue(task("a", retry: immediately()))
        let lost = try await ledger.leaseOne(worker: "stopped")
        run.clock.advance(by: minute + .seconds(1))
        let current = try await ledger.leaseOne(worker: "running")
        #expect(current.task.attempts == 2)
        #expect(current.lease.fencingToken > lost.lease.fencingToken)
        let queue = ledger.leasedTasks
        await expectError(.leaseLost, "extended") { _ = try await queue.extend(lost.lease, for: minute) }
        for settlement in [.failed(failure), .released, .discarded(failure), .snoozed(until: run.clock.now)]
            as [TaskSettlement]
        {
            await expectError(.leaseLost, "settled") { try await queue.settle(lost.lease, settlement) }
        }
        await expectError(.leaseLost, "completed") { try await ledger.complete(lost) }
        let stranger = TaskLease(
            key: TaskKey(queue: "work", name: "never"), fencingToken: 1, expiresAt: run.clock.now + minute)
        await expectError(.leaseLost, "of a task that is not there") {
            _ = try await queue.extend(stranger, for: minute)
        }
        // None of it disturbed the one who holds the task.
        try await ledger.complete(current)
        let record = try await ledger.record("a")
        #expect(record?.state == .done)
        #expect(record?.attempts == 2)
        let letters = try await ledger.allLetters()
        #expect(letters.isEmpty)
    }

    private static func workerLost(_ run: Run) async throws {
        let ledger = run.subject
        let payload = try JSONText(#"{"kills":true}"#)
        try await ledger.enqueue(task("a", payload: payload, retry: immediately(3)))
        for attempt in 1...3 {
            let leased = try await ledger.leaseOne(worker: WorkerName("w-\(attempt)"))
            #expect(leased.task.attempts == attempt)
            run.clock.advance(by: minute + .seconds(1))
        }
        let none = try await ledger.leasedNames()
        #expect(none.isEmpty)
        let letters = try await ledger.allLetters()
        #expect(letters.count == 1)
        let letter = try #require(letters.first)
        #expect(letter.attempts == 3)
        #expect(letter.worker == "w-3")
        #expect(letter.payload == payload.text)
        let words = (letter.errorType + " " + letter.errorMessage).lowercased()
        let names = words.contains("worker lost")
        #expect(names, "\(words)")
        let record = try await ledger.record("a")
        #expect(record?.state == .dead)
    }

    private static func clockStepsBack(_ run: Run) async throws {
        let ledger = run.subject
        try await ledger.enqueue(task("a", retry: immediately()))
        let leased = try await ledger.leaseOne()
        run.clock.advance(by: .seconds(-3600))
        let none = try await ledger.leasedNames()
        #expect(none.isEmpty)
        run.clock.advance(by: .seconds(3600))
        run.clock.advance(by: minute + .seconds(1))
        let again = try await ledger.leaseOne()
        #expect(again.task.key == leased.task.key)
        try await ledger.complete(again)
    }

    private static func completionWithEffects(_ run: Run) async throws {
        let ledger = run.subject
        try await ledger.enqueue(task("a"))
        let leased = try await ledger.leaseOne()
        let key = DocumentKey("results", "a")
        run.clock.advance(by: .seconds(1))
        let receipt = try await ledger.commit(id: leased.lease.commitID) {
            $0.append(contentsOf: [note(1)], to: "results-a")
            $0.write(.put(key, ["done": true]))
            $0.enqueue(task("next"))
            $0.complete(leased.lease)
        }
        #expect(receipt.position == 1)
        #expect(receipt.tasks == [EnqueuedTask(key: TaskKey(queue: "work", name: "next"), isDuplicate: false)])
        let record = try await ledger.record("a")
        #expect(record?.state == .done)
        #expect(record?.finishedAt == run.clock.now)
        #expect(record?.attempts == 1)
        let document = try await ledger.documents.document(key)
        #expect(document?.version == 1)
        let next = try await ledger.leasedNames()
        #expect(next == ["next"])
        await expectError(.leaseLost, "completed twice") { try await ledger.complete(leased) }
    }

    private static func lostLeaseRefusesAll(_ run: Run) async throws {
        let ledger = run.subject
        try await ledger.enqueue(task("a", retry: immediately()))
        let lost = try await ledger.leaseOne()
        run.clock.advance(by: minute + .seconds(1))
        let current = try await ledger.leaseOne()
        let letter = DeadLetter(task: lost.task, failure: failure, retry: nil, at: run.clock.now)
        await expectError(.leaseLost, "a commit with a lost lease") {
            _ = try await ledger.commit {
                $0.append(contentsOf: [note(1)], to: "a")
                $0.write(.put(DocumentKey("results", "a"), [:]))
                $0.enqueue(task("next"))
                $0.record(letter)
                $0.complete(lost.lease)
            }
        }
        let head = try await ledger.headPosition()
        #expect(head == 0)
        let collections = try await ledger.documents.collections()
        #expect(collections.isEmpty)
        let letters = try await ledger.allLetters()
        #expect(letters.isEmpty)
        let names = try await ledger.leasedNames()
        #expect(names.isEmpty)
        try await ledger.complete(current)
    }

    private static func refusedCommitCompletesNothing(_ run: Run) async throws {
        let ledger = run.subject
        try await ledger.append(note(1), to: "a")
        try await ledger.enqueue(task("a"))
        let leased = try await ledger.leaseOne()
        await expectConflict(expected: "new", found: "1", "An expectation fails") {
            _ = try await ledger.commit {
                $0.complete(leased.lease)
                $0.append(contentsOf: [note(2)], to: "a", expecting: .newStream)
            }
        }
        await expectConflict("A document's condition fails") {
            _ = try await ledger.commit {
                $0.complete(leased.lease)
                $0.write(.delete(DocumentKey("results", "a"), if: .present))
            }
        }
        let record = try await ledger.record("a")
        #expect(record?.state == .leased)
        try await ledger.complete(leased)
    }

    private static func effectsOnce(_ run: Run) async throws {
        let ledger = run.subject
        try await ledger.enqueue(task("a", retry: immediately()))
        let key = DocumentKey("counts", "a")
        func effects(of leased: LeasedTask, at version: VersionCondition) -> Commit {
            var commit = Commit(id: leased.lease.commitID)
            commit.append(contentsOf: [note(1)], to: "effects")
            commit.write(.put(key, ["n": 1], if: version))
            commit.enqueue(task("next"))
            commit.complete(leased.lease)
            return commit
        }
        let slow = try await ledger.leaseOne(worker: "slow")
        run.clock.advance(by: minute + .seconds(1))
        let fast = try await ledger.leaseOne(worker: "fast")
        #expect(slow.lease.commitID == fast.lease.commitID)
        await expectError(.leaseLost, "the slow one, before the fast one is done") {
            _ = try await ledger.commit(effects(of: slow, at: .any))
        }
        let receipt = try await ledger.commit(effects(of: fast, at: .absent))
        #expect(!receipt.isDuplicate)
        // The receipt was lost on the way: both send again, with new event ids, and get it.
        for leased in [fast, slow] {
            let repeated = try await ledger.commit(effects(of: leased, at: .absent))
            #expect(repeated == receipt.repeated)
        }
        let head = try await ledger.headPosition()
        #expect(head == 1)
        let document = try await ledger.documents.document(key)
        #expect(document?.version == 1)
        // The same name of another generation is another task.
        let next = try await ledger.leaseOne()
        #expect(next.lease.commitID != fast.lease.commitID)
        let other = TaskKey(queue: "work", name: "a", generation: 2)
        let second = TaskLease(key: other, fencingToken: 1, expiresAt: run.clock.now)
        #expect(second.commitID != fast.lease.commitID)
    }

    private static func severalCompletions(_ run: Run) async throws {
        let ledger = run.subject
        try await ledger.leasedTasks.enqueue([task("a"), task("b"), task("c")])
        let leased = try await ledger.lease(3)
        #expect(leased.count == 3)
        guard leased.count == 3 else { return }
        try await ledger.leasedTasks.settle(leased[2].lease, .released)
        await expectError(.leaseLost, "two that are held and one that is not") {
            _ = try await ledger.commit { for one in leased { $0.complete(one.lease) } }
        }
        let held = try await ledger.statistics()
        #expect(held?.leased == 2)
        _ = try await ledger.commit { for one in leased.prefix(2) { $0.complete(one.lease) } }
        let done = try await ledger.statistics()
        #expect(done?.done == 2)
        #expect(done?.ready == 1)
    }
}
#endif
