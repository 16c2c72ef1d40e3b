import EventLedger
import Testing

/// Names of every script are kept byte for byte, and told apart by their bytes: as names of streams, types, tags,
/// collections, documents, queues, tasks and kinds.
@Suite("Limits: names") struct NamesInEveryScriptTests {
    @Test func theNamesDifferByBytes() {
        #expect(Set(ScriptNames.all.map { Array($0.utf8) }).count == ScriptNames.all.count)
        // Some of them are equal to Swift, or the tests below would show nothing.
        #expect(Set(ScriptNames.all).count < ScriptNames.all.count)
    }

    @Test(arguments: LimitsBackend.allCases)
    func theyAreKeptAndToldApart(_ backend: LimitsBackend) async throws {
        try await backend.withLedger { opened in
            for (number, name) in ScriptNames.all.enumerated() {
                // The same name everywhere, so that each kind of name meets all of them.
                try await opened.ledger.commit(id: CommitID(name)) { commit in
                    commit.append(contentsOf: [Self.event(name, number)], to: StreamName(name), expecting: .newStream)
                    commit.write(.put(Self.key(name), ["number": .integer(Int64(number))], if: .absent))
                    commit.enqueue(Self.task(name, number))
                }
            }
            try await Self.checkEvents(in: opened.ledger)
            try await Self.checkRest(of: opened.ledger)
            try await opened.reopen()
            try await Self.checkEvents(in: opened.ledger)
            try await Self.checkRest(of: opened.ledger)
            try await Self.checkLeases(of: opened.ledger)
        }
    }

    private static func event(_ name: String, _ number: Int) -> NewEvent {
        NewEvent(
            type: EventType(name), data: JSONText(["number": .integer(Int64(number)), name: .string(name)]),
            tags: [EventTag(name)], id: EventID(name)
        )
    }

    private static func key(_ name: String) -> DocumentKey { DocumentKey(CollectionName(name), DocumentID(name)) }

    private static func task(_ name: String, _ number: Int) -> NewTask {
        NewTask(
            kind: TaskKind(name), payload: JSONText(.integer(Int64(number))), named: TaskName(name), in: QueueName(name)
        )
    }

    private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    private static func checkEvents(in ledger: any LeasingLedger) async throws {
        let all = try await ledger.everything()
        let names = ScriptNames.all.map { bytes($0) }
        #expect(all.map { bytes($0.stream.rawValue) } == names)
        #expect(all.map { bytes($0.type.rawValue) } == names)
        #expect(all.map { bytes($0.id.rawValue) } == names)
        #expect(all.map { $0.tags.map { bytes($0.rawValue) } } == names.map { [$0] })
        for (number, name) in ScriptNames.all.enumerated() {
            let position = [Int64(number) + 1]
            let ofStream = try await ledger.everything(.stream(StreamName(name))).map(\.position.rawValue)
            #expect(ofStream == position, "the stream \(name.debugDescription)")
            let ofType = try await ledger.everything(.types(EventType(name))).map(\.position.rawValue)
            #expect(ofType == position, "the type \(name.debugDescription)")
            let ofTag = try await ledger.everything(.tags(EventTag(name))).map(\.position.rawValue)
            #expect(ofTag == position, "the tag \(name.debugDescription)")
            let category = StreamName(name).category
            let ofCategory = try await ledger.everything(.category(category)).map(\.position.rawValue)
            #expect(ofCategory.contains(position[0]), "the category of \(name.debugDescription)")
            #expect(all[number].data == event(name, number).data, "\(name.debugDescription)")
        }
    }

    private static func checkRest(of ledger: any LeasingLedger) async throws {
        let collections = try await ledger.documents.collections()
        let sorted = ScriptNames.all.map { bytes($0) }.sorted { $0.lexicographicallyPrecedes($1) }
        #expect(collections.map { bytes($0.name.rawValue) } == sorted)
        #expect(collections.allSatisfy { $0.count == 1 })
        let page = try await ledger.leasedTasks.tasks(TaskQuery(limit: 1000)).tasks
        #expect(page.map { bytes($0.key.queue.rawValue) } == sorted)
        for (number, name) in ScriptNames.all.enumerated() {
            let document = try await ledger.documents.document(key(name))
            #expect(document?.fields["number"] == .integer(Int64(number)), "the document \(name.debugDescription)")
            #expect(document?.version == 1, "the document \(name.debugDescription)")
            let tasks = try await ledger.leasedTasks.tasks(TaskQuery(queue: QueueName(name))).tasks
            #expect(tasks.map { bytes($0.key.name.rawValue) } == [bytes(name)], "the task \(name.debugDescription)")
            #expect(tasks.map { bytes($0.kind.rawValue) } == [bytes(name)], "the task \(name.debugDescription)")
            #expect(tasks.map(\.payload.text) == ["\(number)"], "the task \(name.debugDescription)")
        }
    }

    /// Each queue hands out its own task, to a worker that has its name too.
    private static func checkLeases(of ledger: any LeasingLedger) async throws {
        for (number, name) in ScriptNames.all.enumerated() {
            let leased = try await ledger.leasedTasks.lease(
                from: [QueueName(name)], limit: 10, for: .seconds(3600), worker: WorkerName(name)
            )
            #expect(leased.map(\.task.payload.text) == ["\(number)"], "the queue \(name.debugDescription)")
            let worker = try await ledger.leasedTasks.tasks(TaskQuery(queue: QueueName(name))).tasks.first?.worker
            #expect(worker.map { bytes($0.rawValue) } == bytes(name), "the worker \(name.debugDescription)")
        }
    }
}
