import EventLedger
import EventLedgerGCP
import ProcessSupport
import Testing

extension CloudTasksLocalTests {
    @Test("Each attempt has the headers of the service, with what became of those before it")
    func headers() async throws {
        try await HandlerServer.serving({ [500, 404, 200][min($0.retries, 2)] }) { handler in
            try await Emulator.running { emulator in
                try await emulator.makeQueue("a", retry: ["minBackoff": "0.05s"])
                let request: JSONObject = [
                    "httpMethod": "PUT",
                    "headers": ["X-Own": "mine", "X-CloudTasks-TaskName": "forged", "User-Agent": "forged"],
                ]
                let start = SystemClock().now
                try await emulator.makeTask("one", in: "a", to: handler.url + "/send?a=b", request: request)
                try await eventually("the task has ended") { try await emulator.tasks(of: "a").isEmpty }
                let all = handler.received
                try #require(all.count == 3)
                for received in all {
                    #expect(received.method == "PUT" && received.path == "/send" && received.body == "hello")
                    #expect(received.headers["x-own"] == "mine" && received.task == "one")
                    #expect(received.headers["x-cloudtasks-queuename"] == "a")
                    #expect(received.headers["user-agent"] == "Google-Cloud-Tasks")
                    #expect(received.headers["content-type"] == "application/octet-stream")
                    #expect(received.headers["authorization"] == nil)
                }
                #expect(all.map(\.retries) == [0, 1, 2])
                // An answer of 5xx is not counted as an execution.
                #expect(all.map { $0.headers["x-cloudtasks-taskexecutioncount"] } == ["0", "0", "1"])
                #expect(all.map { $0.headers["x-cloudtasks-taskpreviousresponse"] } == [nil, "500", "404"])
                let times = all.compactMap { $0.headers["x-cloudtasks-tasketa"].flatMap { Double($0) } }
                #expect(times.count == 3 && times == times.sorted())
                let first = Double(start.microseconds) / 1e6
                #expect(times.allSatisfy { ($0 - first).magnitude < 60 })
            }
        }
    }

    @Test("A queue sends at its rate")
    func rate() async throws {
        try await HandlerServer.serving { handler in
            try await Emulator.running { emulator in
                try await emulator.makeQueue("a", rate: ["maxDispatchesPerSecond": 10])
                #expect(try await emulator.call(.post, Emulator.queue("a") + ":pause").status == 200)
                for number in 1...30 { try await emulator.makeTask("n\(number)", in: "a", to: handler.url) }
                // Not when the first came: this process may have been late to see it.
                let start = SystemClock().now
                #expect(try await emulator.call(.post, Emulator.queue("a") + ":resume").status == 200)
                try await eventually("all are sent") { handler.received.count == 30 }
                let last = try #require(handler.received.map(\.at).max())
                // A burst of 10, and the other 20 at 10 a second.
                #expect(last - start >= .milliseconds(1500))
            }
        }
    }

    @Test("A queue sends no more at once than it may")
    func concurrency() async throws {
        let gate = Gate()
        try await HandlerServer.serving({ _ in
            await gate.pass()
            return 200
        }) { handler in
            defer { gate.open() }
            try await Emulator.running { emulator in
                try await emulator.makeQueue("a", rate: ["maxConcurrentDispatches": 3])
                for number in 1...12 { try await emulator.makeTask("n\(number)", in: "a", to: handler.url) }
                try await eventually("three are sent") { handler.unanswered == 3 }
                gate.open()
                try await eventually("all have ended") { try await emulator.tasks(of: "a").isEmpty }
                #expect(handler.received.count == 12)
                #expect(handler.mostUnanswered == 3)
            }
        }
    }

    @Test("A task is tried as often as its queue says, with waits that double up to a longest")
    func attempts() async throws {
        try await HandlerServer.serving({ _ in 503 }) { handler in
            try await Emulator.running { emulator in
                try await emulator.makeQueue(
                    "a", retry: ["maxAttempts": 5, "minBackoff": "0.1s", "maxDoublings": 2, "maxBackoff": "0.4s"])
                try await emulator.makeTask("one", in: "a", to: handler.url)
                try await eventually("the task was given up") { try await emulator.tasks(of: "a").isEmpty }
                let times = handler.received.map(\.at)
                try #require(times.count == 5)
                let waits = zip(times, times.dropFirst()).map { $1 - $0 }
                for (wait, least) in zip(waits, [100, 200, 400, 400]) {
                    #expect(wait >= .milliseconds(least - 20), "\(waits)")
                }
            }
        }
    }

    @Test("Without a limit of attempts a task is tried until it succeeds, and then no more")
    func unlimited() async throws {
        try await HandlerServer.serving({ $0.retries < 12 ? 500 : 200 }) { handler in
            try await Emulator.running { emulator in
                try await emulator.makeQueue(
                    "a", retry: ["maxAttempts": -1, "minBackoff": "0.01s", "maxBackoff": "0.02s"])
                try await emulator.makeTask("one", in: "a", to: handler.url)
                try await eventually("the task has ended") { try await emulator.tasks(of: "a").isEmpty }
                #expect(handler.received.map(\.retries) == Array(0...12))
            }
        }
    }

    @Test("Where a duration is set too, a task is given up only when both limits are reached")
    func retryDuration() async throws {
        try await HandlerServer.serving({ _ in 500 }) { handler in
            try await Emulator.running { emulator in
                // The duration is over before the second attempt, and the attempts long before the duration.
                let limits: [(queue: String, attempts: JSONValue, duration: JSONValue)] = [
                    ("brief", 4, "0.05s"), ("long", 2, "3600s"),
                ]
                for (queue, attempts, duration) in limits {
                    try await emulator.makeQueue(
                        queue,
                        retry: [
                            "maxAttempts": attempts, "maxRetryDuration": duration, "minBackoff": "0.1s",
                            "maxBackoff": "0.1s",
                        ])
                    try await emulator.makeTask("one", in: queue, to: handler.url + "/" + queue)
                }
                try await eventually("the task was given up") { try await emulator.tasks(of: "brief").isEmpty }
                #expect(handler.received.filter { $0.path == "/brief" }.map(\.retries) == [0, 1, 2, 3])
                try await eventually("the other one is tried on") {
                    handler.received.filter { $0.path == "/long" }.count > 6
                }
                #expect(try await emulator.tasks(of: "long") == ["one"])
            }
        }
    }

    @Test("A handler that does not answer in time is asked again, and the attempt says why")
    func deadline() async throws {
        let gate = Gate()
        try await HandlerServer.serving({ received in
            if received.retries == 0 { await gate.pass() }
            return 200
        }) { handler in
            defer { gate.open() }
            try await Emulator.running { emulator in
                try await emulator.makeQueue("a")
                // Not when the first came: this process may have been late to see it.
                let start = SystemClock().now
                // The shortest that the service takes.
                try await emulator.makeTask("one", in: "a", to: handler.url, fields: ["dispatchDeadline": "15s"])
                try await eventually("the task has ended") { try await emulator.tasks(of: "a").isEmpty }
                let all = handler.received
                // More where this process stood still for as long as the deadline.
                try #require(all.count >= 2)
                #expect(all[1].at - start >= .seconds(14))
                #expect(all[1].headers["x-cloudtasks-taskpreviousresponse"] == nil)
                #expect(all[1].headers["x-cloudtasks-taskretryreason"]?.hasPrefix("DEADLINE_EXCEEDED") == true)
            }
        }
    }

    @Test("The token of a task is one that the library's verifier takes, for its audience and account only")
    func tokens() async throws {
        try await HandlerServer.serving { handler in
            try await Emulator.running { emulator in
                try await emulator.makeQueue("a")
                let token: JSONObject = ["serviceAccountEmail": "tasks@test.iam", "audience": "https://worker"]
                try await emulator.makeTask("one", in: "a", to: handler.url, request: ["oidcToken": .object(token)])
                try await eventually("the task is sent") { !handler.received.isEmpty }
                let header = try #require(handler.received.first?.headers["authorization"])
                func verifier(_ audience: String, _ email: String, _ issuer: String) -> GoogleTokenVerifier {
                    GoogleTokenVerifier(
                        audiences: [audience], emails: [email], issuers: [issuer], keysURL: emulator.url + "/certs",
                        transport: Emulator.transport)
                }
                let identity = try await verifier("https://worker", "tasks@test.iam", emulator.url)
                    .verify(authorization: header)
                #expect(identity.email == "tasks@test.iam" && identity.audience == "https://worker")
                for other in [
                    verifier("https://other", "tasks@test.iam", emulator.url),
                    verifier("https://worker", "other@test.iam", emulator.url),
                    verifier("https://worker", "tasks@test.iam", "https://accounts.google.com"),
                ] {
                    await #expect(throws: (any Error).self) { try await other.verify(authorization: header) }
                }
                // A key that is kept: what was signed before a restart is good after it.
                let again = try await emulator.killed()
                let later = GoogleTokenVerifier(
                    audiences: ["https://worker"], emails: ["tasks@test.iam"], issuers: [emulator.url],
                    keysURL: again.url + "/certs", transport: Emulator.transport)
                #expect(try await later.verify(authorization: header).email == "tasks@test.iam")
            }
        }
    }
}
