import EventLedger
import EventLedgerSQLite
import ProcessSupport
import ResearchWatcher
import Testing

/// The executables as people run them: processes that share nothing but a ledger file.
///
/// One test after the other, since each of them keeps the machine busy with several processes.
@Suite("Processes", .serialized, .timeLimit(.minutes(10)))
struct ProcessTests {
    @Test("Two collectors and four workers at once share a file, and none of them is ever told to wait")
    func manyProcesses() async throws {
        try await withWorkshop { shop in
            try await shop.succeed(.collector, ["register", "--users", "12"])
            try await shop.withLedger { ledger in
                // As long as this task waits, no worker finds that all is done, however late the collectors are.
                let ahead = NewTask(
                    kind: "nothing", payload: .emptyObject, named: "ahead", in: Queues.runs,
                    schedule: .after(.seconds(3600)))
                try await ledger.tasks.enqueue([ahead])
                let workers = try (1...4).map { _ in
                    try shop.start(.worker, ["--until-idle", "--concurrency", "2"])
                }
                let collectors = try (1...2).map { _ in
                    try shop.start(
                        .collector,
                        [
                            "run", "--fanout", "--wait", "--timeout", "200", "--dispatches-per-second", "50",
                            "--year", "2026",
                        ])
                }
                var results: [ChildProcess.Finished] = []
                for collector in collectors { results.append(await collector.finished()) }
                #expect(try await ledger.tasks.cancel(ahead.name, in: ahead.queue))
                for worker in workers { results.append(await worker.finished()) }

                for result in results {
                    #expect(result.status == 0, "\(result.summary)")
                    let said = (result.output + result.errors).lowercased()
                    #expect(!said.contains("locked") && !said.contains("busy"), "\(result.summary)")
                }
                let users = DemoUsers.make(12).map { $0.id }
                #expect(try await ledger.digestedUsers() == (users + users).sorted())
                #expect(try await ledger.count(RunStarted.eventType) == 2)
                #expect(try await ledger.count(RunCompleted.eventType) == 2)
                try await ledger.expectAllDone()
            }
        }
    }

    @Test("The collector says its version, and needs no ledger for it") func version() async throws {
        try await withWorkshop { shop in
            let result = try await shop.folder.start(.collector, ["--version"]).finished()
            #expect(result.status == 0 && result.errors.isEmpty, "\(result.summary)")
            #expect(result.output.split(separator: ".").count == 3, "\(result.summary)")
        }
    }

    @Test("Agents that run again change nothing")
    func agentsTwice() async throws {
        try await withWorkshop { shop in
            try await shop.succeed(.collector, ["register", "--users", "12"])
            try await shop.succeed(.collector, ["run", "--no-fanout", "--year", "2026"])
            for user in DemoUsers.make(4) {
                try await shop.succeed(.collector, ["search", "neural networks", "--user", user.id])
            }
            let summarize = ["summarize", "--min-score", "70", "--json"]
            let written = try #require(try await shop.succeed(.agents, summarize).objects.first)
            let summaries = try #require(written["written"]?.arrayValue)
            #expect(!summaries.isEmpty)
            let found = try #require(try await shop.succeed(.agents, ["trends", "--json"]).objects.first)
            #expect(found["isNew"] == true)
            #expect(found["topics"]?.arrayValue?.count == 1)

            try await shop.withLedger { ledger in
                let head = try await ledger.head()
                #expect(try await ledger.count(AgentActed.eventType) == summaries.count + 1)
                let again = try #require(try await shop.succeed(.agents, summarize).objects.first)
                #expect(again["written"]?.arrayValue?.isEmpty == true)
                #expect(again["known"]?.integerValue == Int64(summaries.count))
                let unchanged = try #require(try await shop.succeed(.agents, ["trends", "--json"]).objects.first)
                #expect(unchanged["isNew"] == false)
                #expect(unchanged["topics"] == found["topics"])
                #expect(try await ledger.head() == head)
                try await ledger.expectAllDone()
            }
        }
    }
}
