import EventLedger
import EventLedgerSQLite
import ResearchWatcher
import Testing

@Suite("Runs")
struct RunTests {
    @Test("One by one and fanned out give the same documents, and replay gives them again")
    func agreement() async throws {
        try await withLedger { one in
            try await withLedger { other in
                for ledger in [one, other] { try await Workplace.register(12, in: ledger) }
                let progress = try await Workplace.collectOneByOne(Workplace.run("a"), in: one)
                #expect(progress.digested.count == 12)
                #expect(progress.completed?.digests == 12)

                try await Workplace.fanOut(Workplace.run("b", second: 5), in: other)
                // Two workers at once share the run.
                async let first = Workplace.worker(of: other).runUntilIdle()
                async let second = Workplace.worker(of: other).runUntilIdle()
                let reports = try await [first, second]
                #expect(reports.reduce(0) { $0 + $1.done } == 13)
                #expect(try await Workplace.count(RunCompleted.eventType, in: other) == 1)
                #expect(try await RunProgress.read("b", from: other)?.pending == 0)

                let report = try await DocumentComparison(
                    of: one.documents, with: other.documents, ignoring: ReadModels.incidentalFields
                ).compare(ReadModels.collections)
                #expect(report.isEqual, "\(report.differences)")
                #expect(report.collections.allSatisfy { $0.left > 0 })
            }
        }
    }

    @Test("Replay into an empty store gives the live documents")
    func replay() async throws {
        try await withLedger { ledger in
            try await Workplace.register(5, in: ledger)
            _ = try await Workplace.collectOneByOne(Workplace.run("a"), in: ledger)
            _ = try await Workplace.collectOneByOne(Workplace.run("b", second: 5), in: ledger)
            try await withLedger { empty in
                let replay = Replay(
                    ReadModels.projections, from: ledger, into: empty.documents,
                    within: ReplayBounds(live: ledger.documents))
                try await replay.run { _ in }
                let report = try await DocumentComparison(of: ledger.documents, with: empty.documents)
                    .compare(ReadModels.collections)
                #expect(report.isEqual, "\(report.differences)")
                #expect(report.collections.map { $0.left > 0 } == [true, true, true, true])
            }
        }
    }

    @Test("A user that comes twice in a run changes nothing the second time")
    func twice() async throws {
        try await withLedger { ledger in
            try await Workplace.register(1, in: ledger)
            let run = Workplace.run("a")
            let user = try #require(DemoUsers.make(1).first)
            let payload = CollectUser(run: run, user: user)
            let handler = CollectUserHandler(ledger: ledger)
            let context = Workplace.context(of: try payload.task(), clock: ledger.clock)
            guard case .done(let commit) = try await handler.handle(payload, in: context) else {
                Issue.record("The task was not done.")
                return
            }
            #expect(try await !ledger.commit(commit).isDuplicate)
            let head = try await ledger.head()

            guard case .done(let second) = try await handler.handle(payload, in: context) else {
                Issue.record("The task was not done the second time.")
                return
            }
            #expect(second.isEmpty)
            // Also where both attempts were made at the same time, and under different commit ids.
            var late = commit
            late.id = .unique()
            #expect(try await ledger.commit(late).isDuplicate)
            #expect(try await ledger.head() == head)
        }
    }

    @Test("A user whose task is a dead letter does not keep the run from its end")
    func deadLetter() async throws {
        try await withTemporaryDirectory { directory in
            try await withLedger { ledger in
                try await Workplace.register(2, in: ledger)
                let run = Workplace.run("a", source: CorpusSource(directory: directory + "/gone"))
                let collector = RunCollector(ledger: ledger)
                let users = try await collector.users()
                // Without a second attempt, so that nothing has to be waited for.
                try await ledger.tasks.configure(
                    Queues.userCollections, QueueConfiguration(retry: RetryPolicy(maxAttempts: 1)))
                try await collector.fanOut(run, users: users, corpus: try PreparedCorpus(records: []))
                _ = try await Workplace.worker(of: ledger).runUntilIdle()
                let progress = try await RunProgress.read(run.id, from: ledger)
                #expect(progress?.completed?.failed == ["user-001", "user-002"])
                #expect(progress?.completed?.digests == 0)
            }
        }
    }

    @Test("A task that no handler can read does not keep the run from its end")
    func unreadableTask() async throws {
        try await withLedger { ledger in
            try await Workplace.register(2, in: ledger)
            let run = Workplace.run("a")
            // Of the name of the user's own task, which is a duplicate then.
            try await ledger.leasedTasks.enqueue([
                NewTask(
                    kind: "unknown", payload: try JSONText("{}"), named: TaskName("\(run.id):user-001"),
                    in: Queues.userCollections)
            ])
            try await Workplace.fanOut(run, in: ledger)
            _ = try await Workplace.worker(of: ledger).runUntilIdle()
            let progress = try await RunProgress.read(run.id, from: ledger)
            #expect(progress?.completed?.failed == ["user-001"])
            #expect(progress?.completed?.digests == 1)
        }
    }

    @Test("A task that somebody cancelled does not keep the run from its end")
    func cancelledTask() async throws {
        try await withLedger { ledger in
            try await Workplace.register(2, in: ledger)
            let run = Workplace.run("a")
            try await Workplace.fanOut(run, in: ledger)
            let wasWaiting = try await ledger.tasks.cancel(
                TaskName("\(run.id):user-001"), in: Queues.userCollections)
            #expect(wasWaiting)
            _ = try await Workplace.worker(of: ledger).runUntilIdle()
            let progress = try await RunProgress.read(run.id, from: ledger)
            #expect(progress?.completed?.failed == ["user-001"])
            #expect(progress?.completed?.digests == 1)
        }
    }

    @Test("Very many users are enqueued in groups, each user once")
    func manyUsers() async throws {
        try await withLedger { ledger in
            let run = Workplace.run("a")
            let users = DemoUsers.make(901)
            try await RunCollector(ledger: ledger).fanOut(run, users: users, corpus: try PreparedCorpus(records: []))
            let page = try await ledger.leasedTasks.tasks(TaskQuery(queue: Queues.runs, limit: 100))
            var names: [String] = []
            for task in page.tasks where task.kind == EnqueueUsers.kind {
                let payload = try task.payload.decode(EnqueueUsers.self)
                let context = Workplace.context(of: try payload.task(), clock: ledger.clock)
                guard case .done(let commit) = try await EnqueueUsersHandler().handle(payload, in: context) else {
                    Issue.record("The users were not enqueued.")
                    return
                }
                try commit.validate()
                names += commit.tasks.map { $0.name.rawValue }
            }
            #expect(names.sorted() == users.map { "a:\($0.id)" }.sorted())
        }
    }

    @Test("Bad lines of a corpus are counted by file and line, and the run goes on")
    func badCorpus() async throws {
        try await withTemporaryDirectory { directory in
            let lines = """
                ["1601.00001",{"title":["Deep neural networks"],"creator":["A, B"],"subject":[],"description":["Text."]}]
                no json
                [null,{"title":["A"]}]

                """
            try write(Array(lines.utf8), to: directory + "/2016-01-01.json")
            try await withLedger { ledger in
                try await Workplace.register(1, in: ledger)
                let run = Workplace.run("a", source: CorpusSource(directory: directory))
                let corpus = try await CorpusCache().corpus(for: run)
                #expect(corpus.problems.map { $0.line } == [2, 3])
                let progress = try await Workplace.collectOneByOne(run, in: ledger)
                #expect(progress.started.read == SourceReport(files: 1, records: 3, papers: 1, problems: 2))
                #expect(progress.completed?.failed == [])
            }
        }
    }
}
