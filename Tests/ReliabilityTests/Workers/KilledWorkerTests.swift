import EventLedger
import EventLedgerSQLite
import TestSupport
import Testing

/// Workers are killed in the middle of their tasks. Each task is done once all the same, and one that kills its worker ends
/// as a dead letter.
@Suite("Killed workers", .timeLimit(.minutes(60))) struct KilledWorkerTests {
    /// A task may lose any number of workers, and is tried again at once.
    private static let patient = RetryPolicy(maxAttempts: nil, minBackoff: .zero, maxBackoff: .zero)
    private static let settings = ["lease": 500, "concurrency": 4]

    @Test func theTasksOfKilledWorkersAreDoneOnceEach() async throws {
        var random = try TestRun.generator(3000)
        var names: [String] = [], held: [String] = []
        try await withChildren { children in
            try await children.withLedger { ledger in
                for queue in [ChildErrands.queue, ChildErrands.nextQueue] {
                    try await ledger.tasks.configure(queue, QueueConfiguration(retry: Self.patient))
                }
            }
            for round in 1...TestRun.count(6, thorough: 100) {
                // Two of eight wait in their first attempt, so that the worker dies in the middle of them for sure.
                let batch = (1...8).map { "round\(round)-\($0)" }
                let tasks = try batch.enumerated().map { index, name in
                    try ChildErrands.task(name, index < 2 ? .waitsAtFirst : .plain)
                }
                try await children.withLedger { ledger in _ = try await ledger.leasedTasks.enqueue(tasks) }
                names += batch
                held += batch.prefix(2)

                let worker = try children.start("work", Self.settings)
                let count = Int.random(in: 1...8, using: &random)
                for name in batch.prefix(2) {
                    guard try await worker.output.wait(forLine: "begin \(name) 1") else {
                        let ending = try await worker.ended()
                        Issue.record("\(name) did not begin: \(ending.summary), \(TestRun.hint)")
                        return
                    }
                }
                _ = try await worker.output.wait(for: count, of: "begin")
                spin(upTo: 5000, using: &random)
                #expect(try await worker.killed().status == -9)
            }

            let workers = try (0..<2).map { _ in try children.start("work", Self.settings) }
            for worker in workers { try await worker.succeeded() }
            let (all, interrupted) = (names, held)
            try await children.withLedger { ledger in
                let records = try await ErrandRecords(ledger)
                let problems = records.problems(where: all)
                #expect(problems.isEmpty, "\(TestRun.hint): \(problems.prefix(5))")
                for name in interrupted {
                    #expect((records.task(name)?.attempts ?? 0) >= 2, "\(name), \(TestRun.hint)")
                }
                #expect(try await RawFile(path: ledger.path).integrityCheck() == "ok")
                let report = try await LedgerVerifier(ledger, .init(expectsProvenance: false)).verify()
                #expect(report.isSound, "\(report.findings)")
            }
        }
    }

    @Test func aPayloadThatKillsItsWorkerEndsAsADeadLetter() async throws {
        let others = (1...6).map { "plain\($0)" }
        try await withChildren { children in
            let deadly = try ChildErrands.task(
                "deadly", .deadly, retry: RetryPolicy(maxAttempts: 3, minBackoff: .zero, maxBackoff: .zero))
            let tasks = try [deadly] + others.map { try ChildErrands.task($0, retry: Self.patient) }
            try await children.withLedger { ledger in
                try await ledger.tasks.configure(ChildErrands.nextQueue, QueueConfiguration(retry: Self.patient))
                try await ledger.leasedTasks.enqueue(tasks)
            }
            var statuses: [Int32] = []
            while statuses.count < 6, statuses.last != 0 {
                statuses.append(try await children.start("work", Self.settings).ended().status)
            }
            // Three attempts, three workers; the fourth finds that there is nothing left to try.
            #expect(statuses == [-9, -9, -9, 0])

            try await children.withLedger { ledger in
                let records = try await ErrandRecords(ledger)
                #expect(records.task("deadly")?.state == .dead)
                #expect(records.runs["deadly"] == nil)
                for name in others {
                    #expect(records.task(name)?.state == .done)
                    #expect(records.runs[name]?.count == 1)
                    #expect(records.runs["next \(name)"]?.count == 1)
                }
                #expect(records.letters.count == 1)
                let letter = try #require(records.letters.first)
                #expect(letter.source == .task(TaskKey(queue: ChildErrands.queue, name: "deadly")))
                #expect(letter.errorType == "WorkerLost")
                #expect(letter.errorMessage.contains("worker lost"))
                #expect(letter.errorMessage.contains(ChildGroup.name(3)))
                #expect(letter.attempts == 3)
                #expect(letter.payload == deadly.payload.text)
            }
        }
    }
}
