import EventLedger
import Testing

/// Exactly at a limit everything is taken and read back as it was given; one more is refused with the limit and the
/// value, and nothing is written.
@Suite("Limits: sizes") struct AtTheLimitsTests {
    @Test(arguments: LimitsBackend.allCases, LimitCase.all)
    func oneMoreIsRefusedAndTheLimitIsTaken(_ backend: LimitsBackend, _ limit: LimitCase) async throws {
        try await backend.withLedger { opened in
            let ledger = opened.ledger
            let error = await #expect(throws: LedgerError.self) {
                try await ledger.commit(limit.commit(limit.limit + 1))
            }
            #expect(error?.code == .limitExceeded)
            #expect(error?.details["limit"] == "\(limit.limit)")
            #expect(error?.details["value"] == "\(limit.limit + 1)")
            try await Self.expectNothing(in: ledger)

            let commit = limit.commit(limit.limit)
            let receipt = try await ledger.commit(commit)
            #expect(receipt.position.rawValue == Int64(commit.events.count))
            try await Self.expect(commit, in: opened.ledger)
            try await opened.reopen()
            try await Self.expect(commit, in: opened.ledger)
        }
    }

    @Test(arguments: LimitsBackend.allCases, NameKind.allCases)
    func namesHave256BytesAtMost(_ backend: LimitsBackend, _ kind: NameKind) async throws {
        // In bytes, not in characters: an é has two of them.
        let longest = String(repeating: "\u{E9}", count: LedgerLimits.nameBytes / 2)
        try await backend.withLedger { opened in
            let ledger = opened.ledger
            let error = await #expect(throws: LedgerError.self) { try await ledger.commit(kind.commit(longest + "n")) }
            #expect(error?.code == .invalidName)
            #expect(error?.details["limit"] == "\(LedgerLimits.nameBytes)")
            #expect(error?.details["value"] == "\(LedgerLimits.nameBytes + 1)")
            try await Self.expectNothing(in: ledger)

            let commit = kind.commit(longest)
            try await ledger.commit(commit)
            try await opened.reopen()
            try await Self.expect(commit, in: opened.ledger)
        }
    }

    private static func expectNothing(in ledger: any LeasingLedger) async throws {
        let head = try await ledger.head()
        #expect(head == .start)
        let collections = try await ledger.documents.collections()
        #expect(collections.isEmpty)
        let tasks = try await ledger.leasedTasks.tasks(TaskQuery()).tasks
        #expect(tasks.isEmpty)
    }

    /// Everything in a commit stands in the ledger as it was given, and nothing else.
    private static func expect(_ commit: Commit, in ledger: any LeasingLedger) async throws {
        // Compared outside of the macro, which would print megabytes.
        let events = try await ledger.everything()
        let sameEvents = events.elementsEqual(commit.events) { recorded, new in
            recorded.id == new.id && recorded.type == new.type && recorded.data == new.data && recorded.tags == new.tags
                && recorded.metadata == new.metadata
        }
        #expect(sameEvents)
        #expect(events.map(\.stream) == commit.appends.flatMap { append in append.events.map { _ in append.stream } })

        let documents = try await ledger.documents.documents(commit.documents.map(\.key))
        let found = Dictionary(uniqueKeysWithValues: documents.map { ($0.key, $0.fields) })
        let sameDocuments = commit.documents.allSatisfy { write in
            if case .put(let fields) = write.change { found[write.key] == fields } else { false }
        }
        #expect(sameDocuments && found.count == commit.documents.count)

        let records = try await ledger.leasedTasks.tasks(TaskQuery(limit: 1000)).tasks
        let stored = Dictionary(uniqueKeysWithValues: records.map { ($0.key, $0) })
        let sameTasks = commit.tasks.allSatisfy { task in
            let record = stored[TaskKey(queue: task.queue, name: task.name)]
            return record?.payload == task.payload && record?.headers == task.headers && record?.kind == task.kind
        }
        #expect(sameTasks && stored.count == commit.tasks.count)
    }
}

/// The names that a commit can hold.
enum NameKind: String, CaseIterable, Sendable {
    case commit, event, stream, type, tag, collection, document, queue, task, taskKind

    /// A commit with a name of this kind.
    func commit(_ name: String) -> Commit {
        func text(_ kind: NameKind) -> String { kind == self ? name : "short" }
        var commit = Commit(id: CommitID(text(.commit)))
        let event = NewEvent(
            type: EventType(text(.type)), data: .emptyObject, tags: [EventTag(text(.tag))], id: EventID(text(.event))
        )
        commit.append(contentsOf: [event], to: StreamName(text(.stream)))
        let key = DocumentKey(CollectionName(text(.collection)), DocumentID(text(.document)))
        commit.write(.put(key, ["there": true]))
        commit.enqueue(
            NewTask(
                kind: TaskKind(text(.taskKind)), payload: .emptyObject, named: TaskName(text(.task)),
                in: QueueName(text(.queue))
            )
        )
        return commit
    }
}
