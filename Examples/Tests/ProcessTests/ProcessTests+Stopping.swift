import EventLedger
import EventLedgerSQLite
import Foundation
import ProcessSupport
import ResearchWatcher
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension ProcessTests {
    @Test("A worker that is killed twice in the middle leaves nothing undone, and nothing is done twice")
    func killedWorker() async throws {
        try await withWorkshop { shop in
            try await shop.succeed(.collector, ["register", "--users", "12"])
            try await shop.succeed(
                .collector, ["run", "--fanout", "--dispatches-per-second", "50", "--year", "2026"])
            try await shop.withLedger { ledger in
                let usual = try await ledger.leasedTasks.configuration(of: Queues.userCollections)
                #expect(usual.retry.maxAttempts == 3)
                // At first as soon as it holds tasks, then as soon as it has recorded something.
                try await killWorker(of: shop, on: ledger, afterBeginning: 3, "No task was begun.") {
                    // It may have been too quick to be seen with a task in its hands.
                    guard try await ledger.digestedUsers().isEmpty else { return true }
                    return try await ledger.leasedTaskCount(in: Queues.userCollections) > 0
                }
                try await killWorker(of: shop, on: ledger, afterBeginning: 5, "Fewer than 4 digests were made.") {
                    try await ledger.digestedUsers().count >= 4
                }
                try await ledger.tasks.configure(Queues.userCollections, usual)
                let last = try await shop.succeed(.worker, ["--until-idle", "--json"])
                let report = try #require(try last.objects.first)
                #expect(report["failed"] == 0 && report["discarded"] == 0, "\(last.summary)")

                #expect(try await ledger.digestedUsers() == DemoUsers.make(12).map { $0.id }.sorted())
                #expect(try await ledger.count(RunCompleted.eventType) == 1)
                try await ledger.expectAllDone()
                try await expectSameAsUndisturbed(ledger, in: shop)
            }
        }
    }

    /// Lets a worker begin a number of users' tasks and not one more, however late the test sees what it does, and kills
    /// it when the ledger is in a state.
    private func killWorker(
        of shop: Workshop, on ledger: SQLiteLedger, afterBeginning count: Int, _ what: Comment,
        _ holds: () async throws -> Bool
    ) async throws {
        var configuration = try await ledger.leasedTasks.configuration(of: Queues.userCollections)
        // A queue that had no rate starts with a full bucket when it gets one.
        configuration.dispatchesPerSecond = nil
        try await ledger.tasks.configure(Queues.userCollections, configuration)
        configuration.dispatchesPerSecond = 0.000_001
        configuration.burst = count
        try await ledger.tasks.configure(Queues.userCollections, configuration)

        // Long enough for a machine that stands still for a moment: who has lost all leases begins nothing more.
        let worker = try shop.start(.worker, ["--lease", "12"])
        try await ledger.waitUntil(what, holds)
        worker.send(SIGKILL)
        let result = await worker.finished()
        #expect(result.status == -SIGKILL, "\(result.summary)")
        #expect(try await ledger.digestedUsers().count < 12)
        #expect(try await ledger.count(RunCompleted.eventType) == 0)
    }

    private func expectSameAsUndisturbed(_ ledger: SQLiteLedger, in shop: Workshop) async throws {
        let file = "undisturbed.sqlite"
        try await shop.succeed(.collector, ["register", "--users", "12"], on: file)
        try await shop.succeed(.collector, ["run", "--no-fanout", "--year", "2026"], on: file)
        try await shop.withLedger(file) { undisturbed in
            let report = try await DocumentComparison(
                of: ledger.documents, with: undisturbed.documents, ignoring: ReadModels.incidentalFields
            ).compare(ReadModels.collections)
            #expect(report.isEqual, "\(report.differences)")
            #expect(report.collections.allSatisfy { $0.left > 0 })
            let types = [
                UserRegistered.eventType, SeedsUpdated.eventType, RunStarted.eventType, PapersUpserted.eventType,
                DigestCreated.eventType, RunCompleted.eventType,
            ]
            for type in types {
                let count = try await ledger.count(type)
                let expected = try await undisturbed.count(type)
                #expect(count == expected, "\(type)")
            }
        }
    }

    @Test("A worker that gets SIGTERM ends in time with status 0, and gives its tasks back with their attempts")
    func terminatedWorker() async throws {
        try await withWorkshop { shop in
            try await shop.succeed(.collector, ["register", "--users", "2"])
            // A named pipe that nobody writes to: whoever reads this corpus waits until the end of the test.
            let corpus = try shop.makeFolder("corpus")
            let file = corpus + "/2016-01-01.json"
            try #require(mkfifo(file, 0o600) == 0)
            try await shop.withLedger { ledger in
                let run = RunInfo(
                    startedAt: ledger.clock.now, year: 2026, source: CorpusSource(directory: corpus))
                let collector = RunCollector(ledger: ledger)
                try await Queues.configure(ledger.tasks)
                try await collector.fanOut(
                    run, users: try await collector.users(), corpus: try PreparedCorpus(records: []))

                let worker = try shop.start(.worker, ["--grace", "1"])
                try await ledger.waitUntil("The worker does not hold both users' tasks.") {
                    try await ledger.leasedTaskCount(in: Queues.userCollections) == 2
                }
                worker.send(SIGTERM)
                let result = await worker.finished()
                #expect(result.status == 0, "\(result.summary)")
                let tasks = try await ledger.leasedTasks.tasks(TaskQuery()).tasks
                #expect(tasks.count == 3)
                #expect(
                    tasks.allSatisfy { $0.state == .waiting && $0.attempts == 0 },
                    "\(tasks.map { "\($0.key) \($0.state) \($0.attempts)" })")

                try FileManager.default.removeItem(atPath: file)
                try Data((CorpusFiles.record("1601.00001") + "\n").utf8).write(to: URL(fileURLWithPath: file))
                try await shop.succeed(.worker, ["--until-idle"])
                #expect(try await RunProgress.read(run.id, from: ledger)?.completed?.digests == 2)
                let done = try await ledger.leasedTasks.tasks(TaskQuery(queue: Queues.userCollections)).tasks
                #expect(done.map { $0.attempts } == [1, 1])
                try await ledger.expectAllDone()
            }
        }
    }
}
