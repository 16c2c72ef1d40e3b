#if canImport(Testing)
import EventLedger
import Testing

extension LedgerConformance {
    static func allPartsTogether(_ run: Run) async throws {
        let ledger = run.subject
        let receipt = try await ledger.commit(everything("a"))
        #expect(receipt.firstPosition == 1)
        #expect(receipt.position == 1)
        #expect(receipt.tasks == [EnqueuedTask(key: TaskKey(queue: "work", name: "a"), isDuplicate: false)])
        try await expectParts(1, in: ledger, "after one commit")
        let document = try await ledger.documents.document(key("a"))
        #expect(document == Document(key: key("a"), fields: ["n": 1], version: 1))
        let letter = try await ledger.deadLetters.letter("a")
        #expect(letter == DeadLetterStoreConformance.letter("a"))
    }

    static func anyPartRefusesAll(_ run: Run) async throws {
        let ledger = run.subject
        _ = try await ledger.commit(everything("a"))
        let owned = CollectionOwnership("owned", projection: "library", live: "owned@1")
        try await ledger.documents.write(DocumentBatch([try .put(owned)], author: "library"))
        let tooLong = String(repeating: "n", count: LedgerLimits.nameBytes + 1)
        let breaks: [(String, LedgerError.Code, @Sendable (inout Commit) -> Void)] = [
            ("an expectation", .conflict, { $0.append(contentsOf: [note(9)], to: "s-a", expecting: .newStream) }),
            ("a condition", .conflict, { $0.require(nothingMatching: .all, after: 0) }),
            ("a document's condition", .conflict, { $0.write(.put(key("a"), [:], if: .absent)) }),
            ("a document's name", .invalidName, { $0.write(.put(key(""), [:])) }),
            ("a collection that is owned", .collectionOwned, { $0.write(.put(DocumentKey("owned", "x"), [:])) }),
            ("a collection that is reserved", .forbidden, { $0.write(.put(DocumentKey("_checkpoints", "x"), [:])) }),
            ("a version of a collection", .forbidden, { $0.write(.delete(DocumentKey("owned@1", "x"))) }),
            ("a task's name", .invalidName, { $0.enqueue(task(tooLong)) }),
            ("a task's payload", .limitExceeded, { $0.enqueue(task("x", payload: jsonString(bytes: 100_000))) }),
            ("a letter's id", .invalidName, { $0.record(DeadLetterStoreConformance.letter("")) }),
            (
                "a lease that nobody has", .leaseLost,
                {
                    $0.complete(
                        TaskLease(key: TaskKey(queue: "q", name: "t"), fencingToken: 1, expiresAt: .distantFuture))
                }
            ),
        ]
        for (what, code, change) in breaks {
            var commit = everything("b")
            change(&commit)
            let broken = commit
            await expectError(code, what) { _ = try await ledger.commit(broken) }
            try await expectParts(1, in: ledger, what)
        }
        // None of it is remembered: the same commit, in order, is made.
        let receipt = try await ledger.commit(everything("b"))
        #expect(!receipt.isDuplicate)
        try await expectParts(2, in: ledger, "after the commit in order")
    }

    static func documentsInOrder(_ run: Run) async throws {
        let ledger = run.subject
        _ = try await ledger.commit {
            $0.write(.put(key("a"), ["n": 1], if: .absent))
            $0.write(.put(key("a"), ["n": 2], if: .version(1)))
            $0.write(.put(key("b"), ["n": 1]))
            $0.write(.delete(key("b"), if: .present))
        }
        let found = try await ledger.documents.collect(DocumentQuery("papers"))
        #expect(found == [Document(key: key("a"), fields: ["n": 2], version: 2)])
    }

    static func allPartsDurable(_ run: Run) async throws {
        let receipt = try await run.subject.commit(everything("a"))
        let reopened = try await run.reopen()
        try await expectParts(1, in: reopened, "after opening again")
        let repeated = try await reopened.commit(everything("a"))
        #expect(repeated == receipt.repeated)
        try await expectParts(1, in: reopened, "after sending the commit again")
        _ = try await reopened.commit(everything("b"))
        try await expectParts(2, in: run.subject, "seen by the first one")
    }

    static func oneWinnerPerDocument(_ run: Run) async throws {
        let ledger = run.subject
        let groups = 4
        let outcomes = try await concurrently(64) { index -> Receipt in
            try await ledger.commit {
                $0.append(contentsOf: [note(index)], to: "s-\(index)")
                $0.write(.put(key("raced-\(index % groups)"), ["by": .integer(Int64(index))], if: .absent))
                $0.enqueue(task("of-\(index)"))
                $0.record(DeadLetterStoreConformance.letter("of-\(index)"))
            }
        }
        try await EventStoreConformance.expectOneWinner(in: outcomes, of: groups, ledger)
        try await expectParts(groups, in: ledger, "after 64 concurrent commits")
        for document in try await ledger.documents.collect(DocumentQuery("papers")) {
            let index = document.fields["by"]?.integerValue ?? -1
            let event = try await ledger.lastEvent(of: "s-\(index)")
            #expect(event != nil, "the winner's event stands beside its document")
        }
    }

    static func duplicateIsNotApplied(_ run: Run) async throws {
        let ledger = run.subject
        var commit = Commit(id: "once")
        commit.append(contentsOf: [note(1)], to: "a", expecting: .newStream)
        commit.write(.put(key("a"), ["n": 1]))
        commit.enqueue(task("t"))
        commit.record(DeadLetterStoreConformance.letter("l"))
        let original = try await ledger.commit(commit)
        try await ledger.documents.write([.put(key("a"), ["n": 2])])
        try await ledger.tasks.cancel("t", in: "work")
        try await ledger.deadLetters.resolve("l", by: "ada", note: "done")
        var renamed = Commit(id: "twice")
        renamed.append(contentsOf: commit.events, to: "a", expecting: .newStream)
        renamed.write(.put(key("a"), ["n": 1], if: .absent))
        renamed.write(.put(key("b"), ["n": 1]))
        renamed.enqueue(task("t"))
        for again in [commit, renamed] {
            let repeated = try await ledger.commit(again)
            #expect(repeated == original.repeated)
        }
        let documents = try await ledger.documents.collect(DocumentQuery("papers"))
        #expect(documents == [Document(key: key("a"), fields: ["n": 2], version: 2)])
        let letter = try await ledger.deadLetters.letter("l")
        #expect(letter?.state == .resolved)
        // Had it been enqueued again, the name would be taken.
        let anew = try await ledger.tasks.enqueue([task("t")])
        #expect(anew.map(\.isDuplicate) == [false])
    }

    static func duplicateTells(_ run: Run) async throws {
        let ledger = run.subject
        let withoutEvents = Commit(id: "tasks only")
        var commit = withoutEvents
        commit.enqueue(task("a"))
        commit.enqueue(task("b"))
        commit.enqueue(task("a"))
        let original = try await ledger.commit(commit)
        let a = TaskKey(queue: "work", name: "a"), b = TaskKey(queue: "work", name: "b")
        #expect(original.tasks.map(\.key) == [a, b, a])
        #expect(original.tasks.map(\.isDuplicate) == [false, false, true])
        let repeated = try await ledger.commit(commit)
        #expect(repeated == original.repeated)
        let known = try await ledger.commit(withoutEvents)
        #expect(known == original.repeated)
    }

    static func taskNames(_ run: Run) async throws {
        let ledger = run.subject
        try await ledger.tasks.enqueue([task("known")])
        let receipt = try await ledger.commit {
            $0.enqueue(task("new"))
            $0.enqueue(task("known", payload: jsonString(bytes: 10)))
        }
        #expect(receipt.tasks.map(\.isDuplicate) == [false, true])
        #expect(receipt.tasks.map(\.key.name) == ["new", "known"])
        let outcomes = try await concurrently(32) { _ -> Receipt in
            try await ledger.commit { $0.enqueue(task("raced")) }
        }
        let fresh = outcomes.compactMap(\.value).flatMap(\.tasks).filter { !$0.isDuplicate }
        #expect(fresh.count == 1)
    }

    static func taskHeaders(_ run: Run) async throws {
        let ledger = try #require(run.subject as? any LeasingLedger, "the capability 'leases' is claimed")
        let metadata = Metadata(correlationID: "run-42", traceparent: "00-trace", tracestate: "a=b")
        var own = task("own")
        own.headers["correlationId"] = "another"
        let sent = [task("plain"), own]
        _ = try await ledger.commit(metadata: metadata) { commit in
            for task in sent { commit.enqueue(task) }
        }
        let leased = try await ledger.lease(2)
        #expect(leased.map(\.task.key.name) == ["plain", "own"])
        let correlations = leased.map { $0.task.headers["correlationId"]?.stringValue ?? "" }
        let parents = leased.map { $0.task.headers["traceparent"]?.stringValue ?? "" }
        let states = leased.map { $0.task.headers["tracestate"]?.stringValue ?? "" }
        #expect(correlations == ["run-42", "another"])
        #expect(parents == ["00-trace", "00-trace"])
        #expect(states == ["a=b", "a=b"])
    }

    static func limits(_ run: Run) async throws {
        let ledger = run.subject
        var commit = Commit()
        for number in 0..<(LedgerLimits.writesPerCommit / 2) {
            commit.write(.put(key("d-\(number)"), ["n": .integer(Int64(number))]))
            commit.enqueue(task("t-\(number)"))
        }
        let full = commit
        commit.record(DeadLetterStoreConformance.letter("one more"))
        let over = commit
        let error = await expectError(.limitExceeded, "one write more") { _ = try await ledger.commit(over) }
        #expect(error?.details["limit"] == String(LedgerLimits.writesPerCommit))
        #expect(error?.details["value"] == String(LedgerLimits.writesPerCommit + 1))
        let receipt = try await ledger.commit(full)
        #expect(receipt.tasks.count == LedgerLimits.writesPerCommit / 2)
        let documents = try await ledger.documents.collect(DocumentQuery("papers", limit: 100))
        #expect(documents.count == LedgerLimits.writesPerCommit / 2)
        // Half of the bytes are in events, half in documents.
        let half = LedgerLimits.commitBytes / 2
        var large = Commit()
        for number in 0..<2 {
            large.append(contentsOf: [NewEvent(type: "t", data: jsonString(bytes: half / 2))], to: "large-\(number)")
            large.write(.put(key("large-\(number)"), ["t": .string(String(repeating: "x", count: half / 2))]))
        }
        let sent = large
        await expectError(.limitExceeded, "events and documents over the limit together") {
            _ = try await ledger.commit(sent)
        }
        let head = try await ledger.headPosition()
        #expect(head == 0)
    }

    static func withoutEvents(_ run: Run) async throws {
        let ledger = run.subject
        try await ledger.append(note(1), to: "a")
        let receipt = try await ledger.commit {
            $0.write(.put(key("a"), ["n": 1]))
            $0.enqueue(task("t"))
        }
        #expect(receipt.firstPosition == nil)
        #expect(receipt.position == 1)
        #expect(receipt.streams.isEmpty)
        let head = try await ledger.headPosition()
        #expect(head == 1)
    }
}
#endif
