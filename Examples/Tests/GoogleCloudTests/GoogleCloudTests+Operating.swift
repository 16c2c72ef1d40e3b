import EventLedger
import EventLedgerGCP
import ProcessSupport
import Testing

// What an operator does: the commands of `eventledger`, by the collector, on Firestore.
extension GoogleCloudTests {
    @Test("An operator reads, verifies, exports, replays and compares a ledger") func looking() async throws {
        try await CloudWorkshop.with { shop in
            try await shop.succeed(.collector, ["register", "--users", "2"])
            let facts = try #require(try await shop.operate(["stats"]).objects.first)
            #expect(facts["ledger"] == .string("gcp:\(shop.project)/(default)/main"))
            #expect(facts["events"] == 4)
            #expect(facts["lastRecordedAt"]?.stringValue != nil)
            let read = try await shop.operate(["read", "--stream", "user-user-001"])
            #expect(try read.objects.map { $0["revision"] } == [1, 2], "\(read.summary)")
            let found = try await shop.operate(["documents", "list", "users"])
            #expect(try found.objects.map { $0["id"] } == ["user-001", "user-002"], "\(found.summary)")

            let seal = shop.folder.path("seal.json"), file = shop.folder.path("export.jsonl")
            let all = [
                ["verify"], ["export", "--output", file], ["seal", "--output", seal], ["verify", "--seal", seal],
                ["rebuild", "users"], ["replay", "--compare"], ["replay", "--into", "gcp:copy"],
                ["compare", "gcp:copy"], ["import", "--input", file],
            ]
            for arguments in all {
                // Imported are the events, not the documents.
                let name = arguments[0] == "import" ? "imported" : "main"
                let result = try await shop.operate(arguments, on: name)
                #expect(result.status == 0, "\(arguments): \(result.summary)")
            }
            let same = try await shop.operate(["verify", "--against", "gcp:imported"])
            #expect(same.status == 0, "\(same.summary)")
            expectOneLine(try await shop.operate(["replay", "--into", "gcp:main"]), status: 2, "--into another")
            expectOneLine(try await shop.operate(["checkpoint"]), status: 2, "--ledger FILE")
        }
    }

    @Test("An operator steers tasks and decides about dead letters") func deciding() async throws {
        try await CloudWorkshop.with { shop in
            try await shop.succeed(.collector, ["register", "--users", "1"])
            let ledger = try await shop.ledger()
            let names: [TaskName] = ["ada", "bob"], payload = try JSONText("{}")
            try await ledger.tasks.enqueue(
                names.map { NewTask(kind: "send", payload: payload, named: $0, in: "mail") })
            let tasks = try await shop.operate(["tasks", "list", "--queue", "mail"])
            #expect(try tasks.objects.map { $0["name"] } == ["ada", "bob"], "\(tasks.summary)")
            for arguments in [["pause", "mail"], ["cancel", "mail", "ada"]] {
                let result = try await shop.operate(["tasks"] + arguments)
                #expect(result.status == 0, "\(arguments): \(result.summary)")
            }
            let queue = try #require(try await shop.operate(["tasks", "stats"]).objects.first)
            #expect(queue["paused"] == true)
            #expect(try await shop.operate(["tasks", "resume", "mail"]).status == 0)
            #expect(try await shop.operate(["tasks", "list", "--state", "waiting"]).objects.count == 1)

            let now = ledger.clock.now
            for event in try await ledger.page(.all).events {
                try await ledger.deadLetters.record(
                    DeadLetter(
                        event: event, consumer: "mailer", failure: TaskFailure(errorType: "Broken", message: "No."),
                        attempts: 1, firstFailedAt: now, at: now))
            }
            let open = try await shop.operate(["dead-letters", "list", "--state", "open", "--origin", "mailer"])
            let ids = try open.objects.compactMap { $0["id"]?.stringValue }
            try #require(ids.count == 2, "\(open.summary)")
            let shown = try await shop.operate(["dead-letters", "show", ids[0]])
            #expect(try shown.objects.first?["errorType"] == "Broken", "\(shown.summary)")
            #expect(try await shop.operate(["dead-letters", "retry", ids[0]]).status == 0)
            #expect(try await shop.operate(["dead-letters", "resolve", ids[1], "--note", "by hand"]).status == 0)
            let purged = try await shop.operate(["dead-letters", "purge", "--before", "9000-01-01"])
            #expect(try purged.objects.first?["purged"] == 2, "\(purged.summary)")
        }
    }

    @Test("A ledger of a mistyped name is not there, and is not made by looking") func mistyped() async throws {
        try await CloudWorkshop.with { shop in
            let early = try await shop.start(.worker, ["--serve", "--port", "\(shop.port)"]).finished()
            expectOneLine(early, status: 3, "There is no ledger 'main'")
            expectOneLine(try await shop.operate(["read"]), status: 3, "There is no ledger 'main'")
            try await shop.succeed(.collector, ["prepare"])
            let empty = try await shop.operate(["read"])
            #expect(empty.status == 0 && empty.output.isEmpty, "\(empty.summary)")
            for arguments in [["read"], ["tasks", "pause", "mail"], ["digest", "user-001"], ["run"], ["read"]] {
                let result = try await shop.operate(arguments, on: "mian")
                expectOneLine(result, status: 3, "There is no ledger 'mian'")
                #expect(result.errors.contains("projects/\(shop.project)/databases/(default)"), "\(result.summary)")
            }
        }
    }
}

extension CloudWorkshop {
    /// Runs a command of the collector's on a ledger of the project. Tasks stay in the ledger, and there is no copy of events.
    fileprivate func operate(_ arguments: [String], on ledger: String = "main") async throws -> ChildProcess.Finished {
        let without = ["EVENTLEDGER_DATASET": "", "EVENTLEDGER_WORKER_URL": ""]
        return try await folder.start(
            .collector, arguments + ["--backend", "gcp:\(ledger)"], variables: variables.merging(without) { $1 }
        ).finished()
    }
}
