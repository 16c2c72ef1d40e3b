import EventLedger
import EventLedgerSQLite
import ProcessSupport
import ResearchWatcher
import Testing

extension ProcessTests {
    @Test("What one process has committed is a duplicate, and no conflict, when another sends it again")
    func repetition() async throws {
        try await withWorkshop { shop in
            let register = ["register", "--users", "3", "--json"]
            let first: JSONObject = ["known": 0, "registered": 3]
            let second: JSONObject = ["known": 3, "registered": 0]
            #expect(try await shop.succeed(.collector, register).objects == [first])
            try await shop.withLedger { ledger in
                let registered = try await ledger.head()
                #expect(try await shop.succeed(.collector, register).objects == [second])
                #expect(try await ledger.head() == registered)

                try await shop.succeed(.collector, ["run", "--fanout", "--year", "2026"])
                try await shop.succeed(.worker, ["--until-idle"])
                let head = try await ledger.head()
                let event = try #require(try await ledger.page(.types(RunStarted.eventType)).events.first)
                let run = try #require(try event.decode(RunStarted.self)).run
                let corpus = try await PreparedCorpus(reading: run.source)
                for user in try await RunCollector(ledger: ledger).users() {
                    let collection = try UserCollection(of: user, from: corpus, in: run)
                    for commit in collection.earlier + [collection.last] {
                        #expect(try await ledger.commit(commit).isDuplicate, "\(commit.id)")
                    }
                    let task = try CollectUser(run: run, user: user).task()
                    #expect(try await ledger.tasks.enqueue([task]).map { $0.isDuplicate } == [true])
                }
                #expect(try await ledger.head() == head)
                try await ledger.expectAllDone()
            }
        }
    }
}
