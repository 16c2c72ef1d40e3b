import EventLedger
import EventLedgerSQLite
import ResearchWatcher

/// Runs `body` with a new ledger, which is removed afterwards.
func withLedger<Result>(_ body: (SQLiteLedger) async throws -> Result) async throws -> Result {
    try await withTemporaryDirectory { directory in
        let ledger = try await SQLiteLedger.open(
            directory + "/ledger.sqlite", options: SQLiteLedgerOptions(durability: .lastCommitsMayBeLost))
        let result: Result
        do {
            result = try await body(ledger)
        } catch {
            await ledger.close()
            throw error
        }
        await ledger.close()
        return result
    }
}

/// What tests do with a ledger again and again.
enum Workplace {
    static let origin = Origin(run: "test", actor: "test", provenance: ["test"])

    static func run(_ id: String, second: Int64 = 0, source: CorpusSource = .sample) -> RunInfo {
        RunInfo(id: id, startedAt: Timestamp(microseconds: second * 1_000_000), year: 2026, source: source)
    }

    static func register(_ count: Int, in ledger: any Ledger) async throws {
        for user in DemoUsers.make(count) {
            _ = try await Registration(ledger: ledger, origin: origin).register(user)
        }
    }

    static func collectOneByOne(_ run: RunInfo, in ledger: any Ledger) async throws -> RunProgress {
        let collector = RunCollector(ledger: ledger)
        return try await collector.collectOneByOne(
            run, users: try await collector.users(), corpus: try await PreparedCorpus(reading: run.source))
    }

    static func fanOut(_ run: RunInfo, in ledger: any Ledger) async throws {
        let collector = RunCollector(ledger: ledger)
        try await Queues.configure(ledger.tasks, dispatchesPerSecond: 1000)
        try await collector.fanOut(
            run, users: try await collector.users(), corpus: try await PreparedCorpus(reading: run.source))
    }

    static func worker(of ledger: any LeasingLedger) -> TaskWorker {
        TaskWorker(
            ledger: ledger, queues: Queues.all,
            handlers: TaskRouter(
                CollectUserHandler(ledger: ledger), EnqueueUsersHandler(), CompleteRunHandler(ledger: ledger)))
    }

    static func context(of task: NewTask, clock: any LedgerClock) -> TaskContext {
        TaskContext(
            key: TaskKey(queue: task.queue, name: task.name), attempt: 1, headers: task.headers,
            deadline: .distantFuture, commitID: .unique(), clock: clock, heartbeat: { .distantFuture })
    }

    static func count(_ type: EventType, in ledger: any Ledger) async throws -> Int {
        var count = 0
        for try await _ in ledger.read(.types(type)) { count += 1 }
        return count
    }
}
