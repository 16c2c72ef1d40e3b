import EventLedger
import EventLedgerGCP
import Foundation
import GoogleCloudSupport
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

/// The executables on Google's emulators: dispatcher, Cloud Tasks, HTTP, worker, and the copy of the events.
@Suite(
    "Google Cloud", .serialized, .timeLimit(.minutes(10)),
    .enabled(if: CloudServicesAtHand.areThere, CloudServicesAtHand.hint))
struct GoogleCloudTests {
    @Test("A killed dispatcher and a worker killed in the middle leave the documents of an undisturbed run on a file")
    func killed() async throws {
        try await CloudWorkshop.with { shop in
            let users = 14
            // A burst of ten tasks is sent, and no more before long: however late the test sees what the worker does,
            // and kills it, users are left.
            try await shop.succeed(.collector, ["prepare", "--dispatches-per-second", "0.02"])
            try await shop.succeed(.collector, ["register", "--users", "\(users)"])
            let ledger = try await shop.ledger()
            // Its last commit is made before the first task is handed over.
            let dispatcher = try shop.start(.collector, ["run", "--fanout", "--year", "2026"])
            try await eventually("the run has started") { try await ledger.count(RunStarted.eventType) == 1 }
            dispatcher.send(SIGKILL)
            _ = await dispatcher.finished()

            let first = try await shop.serve(["--concurrency", "1"])
            try await eventually("there is a digest") { try await !ledger.digestedUsers().isEmpty }
            first.send(SIGKILL)
            #expect(await first.finished().status == -SIGKILL)
            #expect(try await ledger.digestedUsers().count < users)

            try await shop.succeed(.collector, ["prepare", "--dispatches-per-second", "50"])
            let second = try await shop.serve()
            try await eventually("the run is complete") { try await ledger.count(RunCompleted.eventType) > 0 }
            #expect(try await ledger.count(RunCompleted.eventType) == 1)
            #expect(try await ledger.digestedUsers() == DemoUsers.make(users).map { $0.id }.sorted())
            let letters = try await ledger.deadLetters.letters(DeadLetterQuery(), limit: 10, from: nil).letters
            #expect(letters.isEmpty, "\(letters.map { $0.errorMessage })")

            // The relay of the killed worker is taken over after a minute.
            let copied = try await shop.succeed(.collector, ["await-copy", "--timeout", "300", "--json"])
            #expect(try copied.objects.first?["position"] == .string("\(try await ledger.head())"))
            try await shop.succeed(.collector, ["verify"])
            try await shop.succeed(.collector, ["replay", "--compare"])
            second.send(SIGTERM)
            let end = await second.finished()
            #expect(end.status == 0 && !end.errors.contains("CancellationError"), "\(end.summary)")

            for arguments in [["register", "--users", "\(users)"], ["run", "--no-fanout", "--year", "2026"]] {
                let result = try await shop.onFile(.collector, arguments)
                #expect(result.status == 0, "\(result.summary)")
            }
            try await shop.succeed(.collector, ["compare", shop.folder.path("ledger.sqlite")])
        }
    }

    @Test("A run that is waited for is done by the worker that is told of it, and its health can be asked for")
    func waitedFor() async throws {
        try await CloudWorkshop.with { shop in
            let prepared = try await shop.succeed(.collector, ["prepare", "--json"])
            let report = try #require(try prepared.objects.first)
            #expect(report["project"] == .string(shop.project))
            let resources = report["resources"]?.arrayValue?.compactMap { $0.objectValue } ?? []
            let kinds = resources.compactMap { $0["kind"]?.stringValue }
            let expected = ["ledger", "topic", "subscription", "queue", "queue", "dataset", "table", "views"]
            #expect(kinds == expected, "\(prepared.summary)")
            #expect(resources.allSatisfy { $0["made"] == true }, "\(prepared.summary)")
            let again = try await shop.succeed(.collector, ["prepare", "--dispatches-per-second", "7"])
            let lines = again.output.split(separator: "\n")
            #expect(lines.count == expected.count && lines.first == "The ledger main was there.", "\(again.summary)")
            #expect(lines.dropLast().allSatisfy { $0.contains(" was there") }, "\(again.summary)")
            try await shop.succeed(.collector, ["register", "--users", "3"])
            let worker = try await shop.serve()
            let health = try await shop.send(.get, shop.workerURL + "/health")
            #expect(health.status == 200)
            let second = try await shop.start(.worker, ["--serve", "--port", "\(shop.port)"]).finished()
            expectOneLine(second, status: 3, "The address 127.0.0.1:\(shop.port) is taken")
            // It has taken nothing from the one that works.
            try await shop.succeed(.collector, ["register", "--users", "4"])
            try await shop.succeed(.collector, ["await-copy"])
            let run = try await shop.succeed(
                .collector, ["run", "--fanout", "--wait", "--timeout", "300", "--year", "2026", "--json"])
            #expect(try run.objects.count == 1)
            #expect(try await shop.ledger().digestedUsers().count == 4)
            // A run changes no queue unless it is told to: what `prepare` has set stays.
            let configuration = try await shop.ledger().pushedTasks.configuration(of: Queues.userCollections)
            #expect(configuration.dispatchesPerSecond == 7)
            worker.send(SIGTERM)
            let end = await worker.finished()
            #expect(end.status == 0, "\(end.summary)")
        }
    }

    @Test("A worker refuses what shows no token, one of somebody else, or one for somebody else")
    func refused() async throws {
        try await CloudWorkshop.with { shop in
            try await shop.succeed(.collector, ["prepare"])
            try await shop.succeed(.collector, ["register", "--users", "1"])
            let tasks = shop.workerURL + CloudSettings.tasksPath
            var worker = try await shop.serve()
            #expect(try await shop.send(.post, tasks, [:]).status == 401)
            for token in ["Bearer ", "Bearer a.b.c", "Basic dTpw"] {
                #expect(try await shop.send(.post, tasks, [:], headers: ["Authorization": token]).status == 401)
            }
            // Genuine ones of the same issuer: what the worker answers stands in the task.
            #expect(try await answer(of: shop, "audience", to: CloudWorkshop.account, "https://other.example") == 403)
            #expect(try await answer(of: shop, "account", to: "other@example.iam", shop.workerURL) == 403)
            worker.send(SIGTERM)
            #expect(await worker.finished().status == 0)

            // The same key in the name of somebody else.
            worker = try await shop.serve(variables: ["EVENTLEDGER_TOKEN_ISSUER": "https://issuer.example"])
            #expect(try await answer(of: shop, "issuer", to: CloudWorkshop.account, shop.workerURL) == 403)
            worker.send(SIGTERM)
            #expect(await worker.finished().status == 0)
            let letters = try await shop.ledger().deadLetters.letters(DeadLetterQuery(), limit: 10, from: nil).letters
            #expect(letters.isEmpty)
        }
    }

    /// Lets cloud-tasks-local deliver a task with a token, and returns what the worker answers, as soon as it can tell.
    private func answer(
        of shop: CloudWorkshop, _ name: String, to account: String, _ audience: String
    ) async throws -> Int? {
        let base = "http://\(CloudServicesAtHand.cloudTasks)/v2/"
        let location = "projects/\(shop.project)/locations/us-central1"
        let queue = "\(location)/queues/tokens-\(name)"
        #expect(try await shop.send(.post, base + location + "/queues", ["name": .string(queue)]).status == 200)
        let token: JSONObject = ["serviceAccountEmail": .string(account), "audience": .string(audience)]
        let request: JSONObject = [
            "url": .string(shop.workerURL + CloudSettings.tasksPath), "oidcToken": .object(token),
        ]
        let task: JSONObject = ["name": .string(queue + "/tasks/one"), "httpRequest": .object(request)]
        #expect(try await shop.send(.post, base + queue + "/tasks", ["task": .object(task)]).status == 200)
        var status: Int?
        try await eventually("the task is answered") {
            let response = try await shop.send(.get, base + queue + "/tasks/one")
            guard response.status == 200 else {
                status = 200
                return true
            }
            let attempt = try JSONText(response.body).value().objectValue?["lastAttempt"]?.objectValue
            let message = attempt?["responseStatus"]?.objectValue?["message"]?.stringValue ?? ""
            status = message.split(separator: " ").last.flatMap { Int($0) }
            // A worker that cannot have the keys at the moment says so, and is asked again.
            return status.map { $0 < 500 } ?? false
        }
        #expect(try await shop.send(.delete, base + queue).status == 200)
        return status
    }

    @Test("A worker that gets SIGTERM while tasks run gives them back after its grace, and the next one does them")
    func terminated() async throws {
        try await CloudWorkshop.with { shop in
            try await shop.succeed(.collector, ["prepare"])
            try await shop.succeed(.collector, ["register", "--users", "2"])
            // A named pipe: whoever reads this corpus waits until somebody writes.
            let corpus = try shop.folder.makeFolder("corpus")
            let file = corpus + "/2016-01-01.json"
            try #require(mkfifo(file, 0o600) == 0)
            let ledger = try await shop.ledger()
            let run = RunInfo(startedAt: ledger.clock.now, year: 2026, source: CorpusSource(directory: corpus))
            let collector = RunCollector(ledger: ledger)
            try await collector.fanOut(
                run, users: try await collector.users(), corpus: try PreparedCorpus(records: []))

            let worker = try await shop.serve(["--grace", "1"])
            var writer: Int32 = -1
            // It can be opened so only where somebody reads.
            try await eventually("the worker reads the corpus") {
                writer = open(file, O_WRONLY | O_NONBLOCK)
                return writer >= 0
            }
            defer { close(writer) }
            let start = SystemClock().now
            worker.send(SIGTERM)
            let end = await worker.finished()
            #expect(end.status == 0, "\(end.summary)")
            #expect(SystemClock().now - start < .seconds(60))
            #expect(try await ledger.digestedUsers().isEmpty)

            try FileManager.default.removeItem(atPath: file)
            let record =
                #"["1601.00001",{"title":["Neural networks"],"creator":["Doe, J."],"subject":[],"description":["Text."]}]"#
            try Data((record + "\n").utf8).write(to: URL(fileURLWithPath: file))
            let next = try await shop.serve()
            try await eventually("the run is complete") { try await ledger.count(RunCompleted.eventType) == 1 }
            #expect(try await ledger.digestedUsers() == ["user-001", "user-002"])
            next.send(SIGTERM)
            #expect(await next.finished().status == 0)
        }
    }

    @Test("What cannot work is said in one line, with what to do")
    func mistakes() async throws {
        try await CloudWorkshop.with { shop in
            try await shop.succeed(.collector, ["register", "--users", "1"])
            // Nothing is prepared: there is no topic.
            let unprepared = try await shop.start(.worker, ["--serve", "--port", "\(shop.port)"]).finished()
            expectOneLine(unprepared, status: 3, "collector prepare")
            // Nor is there a copy.
            let uncopied = try await shop.start(.collector, ["verify"]).finished()
            expectOneLine(uncopied, status: 3, "collector prepare --backend gcp")
            let portless = try await shop.start(.worker, ["--serve"], variables: ["PORT": "http"]).finished()
            expectOneLine(portless, status: 2, "PORT")
            let leasing = try await shop.start(.worker, ["--until-idle"]).finished()
            expectOneLine(leasing, status: 2, "--serve")
            let half = try await shop.start(
                .worker, ["--serve", "--port", "\(shop.port)"], variables: ["EVENTLEDGER_TOKEN_KEYS": ""]
            ).finished()
            expectOneLine(half, status: 2, "belong together")
            let homeless = try await shop.start(
                .worker, ["--serve", "--port", "\(shop.port)"], variables: ["EVENTLEDGER_WORKER_URL": ""]
            ).finished()
            expectOneLine(homeless, status: 2, "EVENTLEDGER_WORKER_URL")

            #expect(try await shop.onFile(.collector, ["register", "--users", "1"]).status == 0)
            expectOneLine(try await shop.onFile(.worker, ["--serve"]), status: 2, "--serve")
            expectOneLine(try await shop.onFile(.collector, ["prepare"]), status: 2, "--backend gcp")
            expectOneLine(try await shop.onFile(.collector, ["await-copy"]), status: 2, "EVENTLEDGER_DATASET")
        }
    }

    func expectOneLine(
        _ result: ChildProcess.Finished, status: Int32, _ hint: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(result.status == status, "\(result.summary)", sourceLocation: sourceLocation)
        let errors = result.errors.split(separator: "\n").filter { $0.hasPrefix("error: ") }
        #expect(errors.count == 1, "\(result.summary)", sourceLocation: sourceLocation)
        #expect(errors.first?.contains(hint) == true, "\(result.summary)", sourceLocation: sourceLocation)
        #expect(!result.errors.contains("CancellationError"), "\(result.summary)", sourceLocation: sourceLocation)
    }
}
