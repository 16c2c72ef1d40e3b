import EventLedger
import EventLedgerGCP
import ProcessSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension CloudTasksLocalTests {
    @Test("A task is sent at once when it is forced to run, also from a paused queue and ahead of its time")
    func forced() async throws {
        try await HandlerServer.serving({ $0.retries == 0 ? 500 : 200 }) { handler in
            try await Emulator.running { emulator in
                try await emulator.makeQueue("a", retry: ["minBackoff": "0.05s"])
                try await emulator.makeTask("one", in: "a", to: handler.url, fields: Self.inAnHour)
                #expect(try await emulator.call(.post, Emulator.queue("a") + ":pause").status == 200)
                let path = Emulator.queue("a") + "/tasks/one"
                let run = try await emulator.call(.post, path + ":run", [:])
                #expect(run.object["dispatchCount"] == 1)
                try await eventually("the failed attempt is written down") {
                    try await emulator.call(.get, path).object["lastAttempt"] != nil
                }
                #expect(handler.received.map(\.retries) == [0])
                #expect(try await emulator.call(.post, Emulator.queue("a") + ":resume").status == 200)
                try await eventually("the task has ended") { try await emulator.tasks(of: "a").isEmpty }
                #expect(handler.received.map(\.retries) == [0, 1])
                #expect(try await emulator.call(.post, path + ":run", [:]).code == "NOT_FOUND")
            }
        }
    }

    @Test("What is purged is never sent, and what is made afterwards is")
    func purged() async throws {
        try await HandlerServer.serving { handler in
            try await Emulator.running { emulator in
                try await emulator.makeQueue("a")
                #expect(try await emulator.call(.post, Emulator.queue("a") + ":pause").status == 200)
                for number in 1...5 { try await emulator.makeTask("n\(number)", in: "a", to: handler.url) }
                #expect(try await emulator.call(.post, Emulator.queue("a") + ":purge").status == 200)
                #expect(try await emulator.tasks(of: "a").isEmpty)
                try await emulator.makeTask("after", in: "a", to: handler.url)
                #expect(try await emulator.call(.post, Emulator.queue("a") + ":resume").status == 200)
                try await eventually("the task has ended") { try await emulator.tasks(of: "a").isEmpty }
                #expect(handler.received.map(\.task) == ["after"])
            }
        }
    }

    @Test("A queue whose handler hangs holds up no other")
    func twoQueues() async throws {
        let gate = Gate()
        try await HandlerServer.serving({ received in
            if received.path == "/hang" { await gate.pass() }
            return 200
        }) { handler in
            defer { gate.open() }
            try await Emulator.running { emulator in
                for queue in ["slow", "quick"] {
                    try await emulator.makeQueue(queue, rate: ["maxConcurrentDispatches": 2])
                }
                for number in 1...4 { try await emulator.makeTask("n\(number)", in: "slow", to: handler.url + "/hang") }
                try await eventually("two hang") { handler.unanswered == 2 }
                for number in 1...10 { try await emulator.makeTask("n\(number)", in: "quick", to: handler.url) }
                try await eventually("the other queue is done") { try await emulator.tasks(of: "quick").isEmpty }
                #expect(try await emulator.tasks(of: "slow").count == 4)
                gate.open()
                try await eventually("the first is done too") { try await emulator.tasks(of: "slow").isEmpty }
                #expect(handler.received.count == 14)
            }
        }
    }

    @Test("A killed emulator loses nothing: what waited, what was being sent, and what was forced to run")
    func killed() async throws {
        let gate = Gate()
        try await HandlerServer.serving({ received in
            if received.path == "/hang" { await gate.pass() }
            return 200
        }) { handler in
            defer { gate.open() }
            try await Emulator.running { first in
                try await first.makeQueue("waiting", rate: ["maxConcurrentDispatches": 7])
                #expect(try await first.call(.post, Emulator.queue("waiting") + ":pause").status == 200)
                for number in 10...29 { try await first.makeTask("n\(number)", in: "waiting", to: handler.url) }
                try await first.makeQueue("sending")
                try await first.makeTask("sent", in: "sending", to: handler.url + "/hang")
                try await first.makeTask("forced", in: "sending", to: handler.url + "/hang", fields: Self.inAnHour)
                #expect(try await first.call(.post, Emulator.queue("sending") + "/tasks/forced:run", [:]).status == 200)
                try await eventually("both hang") { handler.unanswered == 2 }

                let second = try await first.killed()
                gate.open()
                let waiting = try await second.call(.get, Emulator.queue("waiting")).object
                #expect(waiting["state"] == "PAUSED")
                #expect(waiting["rateLimits"]?.objectValue?["maxConcurrentDispatches"] == 7)
                #expect(try await second.tasks(of: "waiting") == (10...29).map { "n\($0)" })
                try await eventually("both are sent again") { try await second.tasks(of: "sending").isEmpty }
                for task in ["sent", "forced"] {
                    // Who has answered one of them must be able to tell the next by its count.
                    #expect(handler.received.filter { $0.task == task }.map(\.retries) == [0, 1])
                }
                #expect(try await second.call(.post, Emulator.queue("waiting") + ":resume").status == 200)
                try await eventually("all are sent") { try await second.tasks(of: "waiting").isEmpty }
                #expect(handler.received.filter { $0.path == "/" }.map(\.task).sorted() == (10...29).map { "n\($0)" })
                #expect(try await second.create("sent", in: "sending", to: handler.url).code == "ALREADY_EXISTS")
            }
        }
    }

    @Test("SIGTERM ends it in time with status 0, whatever is being sent, and it is sent again afterwards")
    func terminated() async throws {
        let gate = Gate()
        try await HandlerServer.serving({ _ in
            await gate.pass()
            return 200
        }) { handler in
            defer { gate.open() }
            try await Emulator.running { first in
                try await first.makeQueue("a")
                try await first.makeTask("sent", in: "a", to: handler.url)
                try await first.makeTask("forced", in: "a", to: handler.url, fields: Self.inAnHour)
                #expect(try await first.call(.post, Emulator.queue("a") + "/tasks/forced:run", [:]).status == 200)
                try await eventually("both hang") { handler.unanswered == 2 }
                let start = SystemClock().now
                first.process.send(SIGTERM)
                let end = await first.process.finished()
                #expect(end.status == 0, "\(end.summary)")
                #expect(SystemClock().now - start < .seconds(60))
                #expect(end.output.contains("cloud-tasks-local listens on 127.0.0.1:"))
                gate.open()
                let second = try await first.killed()
                try await eventually("both have ended") { try await second.tasks(of: "a").isEmpty }
                #expect(Set(handler.received.map(\.task)) == ["sent", "forced"])
            }
        }
    }

    @Test("What tests ask for goes wrong, as often as they ask for it")
    func faults() async throws {
        try await HandlerServer.serving { handler in
            try await Emulator.running { emulator in
                for queue in ["a", "b"] { try await emulator.makeQueue(queue, retry: ["minBackoff": "0.01s"]) }
                let refusal: JSONObject = [
                    "kind": "create", "status": 503, "retryAfter": 2, "times": 2, "queue": .string(Emulator.name("a")),
                ]
                #expect(try await emulator.call(.post, "/_local/faults", refusal).status == 200)
                try await emulator.makeTask("other", in: "b", to: handler.url)
                for _ in 1...2 {
                    let answer = try await emulator.create("one", in: "a", to: handler.url)
                    #expect(
                        answer.status == 503 && answer.code == "UNAVAILABLE" && answer.headers["retry-after"] == "2")
                }
                try await emulator.makeTask("one", in: "a", to: handler.url)
                // Made, and nobody is told.
                _ = try await emulator.call(.post, "/_local/faults", ["kind": "create", "status": 500, "done": true])
                #expect(try await emulator.create("two", in: "a", to: handler.url).status == 500)
                #expect(try await emulator.create("two", in: "a", to: handler.url).code == "ALREADY_EXISTS")
                try await eventually("all are sent") {
                    let left = try await emulator.tasks(of: "a") + emulator.tasks(of: "b")
                    return left.isEmpty && Set(handler.received.map(\.task)) == ["one", "two", "other"]
                }

                _ = try await emulator.call(.post, "/_local/faults", ["kind": "dropResponse"])
                try await emulator.makeTask("dropped", in: "a", to: handler.url)
                try await eventually("it is sent again") {
                    handler.received.filter { $0.task == "dropped" }.map(\.retries) == [0, 1]
                }
                _ = try await emulator.call(.post, "/_local/faults", ["kind": "dispatchTwice"])
                try await emulator.makeTask("doubled", in: "a", to: handler.url)
                try await eventually("it is sent twice") {
                    handler.received.filter { $0.task == "doubled" }.map(\.retries) == [0, 0]
                }
                _ = try await emulator.call(.post, "/_local/faults", ["kind": "create", "times": 100])
                #expect(try await emulator.call(.delete, "/_local/faults").object == ["faults": []])
                try await emulator.makeTask("last", in: "a", to: handler.url)
            }
        }
    }

    @Test("A port that is taken and a file that is no ledger end it with one line that says so")
    func cannotStart() async throws {
        try await Emulator.running { emulator in
            let port = try #require(emulator.url.split(separator: ":").last)
            let taken = try await emulator.other(["--port", String(port)])
            #expect(taken.status == 3, "\(taken.summary)")
            #expect(taken.errors.contains("error: The address 127.0.0.1:\(port) is taken"), "\(taken.summary)")
            #expect(taken.errors.contains("--port") && !taken.errors.contains("errno"), "\(taken.summary)")
            // An address that is kept for documents, and is no machine's.
            let foreign = try await emulator.other(["--port", "0", "--host", "192.0.2.1"])
            #expect(foreign.status == 3 && foreign.errors.contains("Give another --host"), "\(foreign.summary)")
            let missing = try await emulator.other(["--port", "0", "--database", "/missing/folder/tasks.sqlite"])
            #expect(missing.status == 3 && missing.errors.contains("cannot be opened"), "\(missing.summary)")
            let silent = try await emulator.other(["--port", "0", "--port-file", "/missing/folder/port"])
            #expect(silent.status == 3 && silent.errors.contains("'/missing/folder/port'"), "\(silent.summary)")
            #expect(!silent.output.contains("listens"), "\(silent.summary)")
            let wrong = try await emulator.other(["--port", "70000"])
            #expect(wrong.status == 2 && wrong.errors.contains("--port takes"), "\(wrong.summary)")
        }
    }
}
