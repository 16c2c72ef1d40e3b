import EventLedger
import EventLedgerGCP
import ProcessSupport
import Testing

/// The executable as its clients see it: a process, its API, and the requests that it sends.
///
/// One test after the other, since some of them measure rates.
@Suite("cloud-tasks-local", .serialized, .timeLimit(.minutes(10)))
struct CloudTasksLocalTests {
    static let inAnHour: JSONObject = ["scheduleTime": .string("\(SystemClock().now + .seconds(3600))")]

    @Test("Queues are made, got, listed in pages, changed by masks, and deleted")
    func queues() async throws {
        try await Emulator.running { emulator in
            let made = try await emulator.makeQueue(
                "a", rate: ["maxDispatchesPerSecond": 7], retry: ["maxAttempts": -1])
            #expect(made["state"] == "RUNNING")
            #expect(made["rateLimits"]?.objectValue?["maxDispatchesPerSecond"]?.doubleValue == 7)
            #expect(made["rateLimits"]?.objectValue?["maxConcurrentDispatches"] == 1000)
            #expect(made["retryConfig"]?.objectValue?["maxAttempts"] == -1)
            #expect(try await emulator.call(.get, Emulator.queue("a")).object == made)
            for id in ["b", "c", "d", "e"] { try await emulator.makeQueue(id) }
            let all = "/v2/\(Emulator.location)/queues"
            #expect(try await emulator.list(all, "queues", pageSize: 2) == ["a", "b", "c", "d", "e"])
            #expect(try await emulator.list("/v2/projects/other/locations/x/queues", "queues", pageSize: 2).isEmpty)

            let changes: JSONObject = ["rateLimits": ["maxDispatchesPerSecond": 9], "retryConfig": ["maxAttempts": 4]]
            let changed = try await emulator.call(
                .patch, Emulator.queue("a") + "?updateMask=retryConfig.maxAttempts", changes)
            #expect(changed.object["retryConfig"]?.objectValue?["maxAttempts"] == 4)
            #expect(changed.object["rateLimits"] == made["rateLimits"])
            let unknown = try await emulator.call(.patch, Emulator.queue("a") + "?updateMask=retryConfig.attempts", [:])
            #expect(unknown.status == 400 && unknown.code == "INVALID_ARGUMENT")
            #expect(try await emulator.call(.patch, Emulator.queue("new"), [:]).status == 200)

            #expect(try await emulator.call(.delete, Emulator.queue("b")).status == 200)
            #expect(try await emulator.call(.get, Emulator.queue("b")).code == "NOT_FOUND")
            #expect(try await emulator.call(.delete, Emulator.queue("b")).code == "NOT_FOUND")
            try await emulator.makeQueue("b")
            #expect(try await emulator.tasks(of: "b").isEmpty)
        }
    }

    @Test("A queue that is made a second time is refused, and the first stays paused with its limits")
    func queueTwice() async throws {
        try await HandlerServer.serving { handler in
            try await Emulator.running { emulator in
                let made = try await emulator.makeQueue("a", rate: ["maxConcurrentDispatches": 3])
                #expect(try await emulator.call(.post, Emulator.queue("a") + ":pause").object["state"] == "PAUSED")
                let again = try await emulator.call(
                    .post, "/v2/\(Emulator.location)/queues", ["name": .string(Emulator.name("a"))])
                #expect(again.status == 409 && again.code == "ALREADY_EXISTS")
                let queue = try await emulator.call(.get, Emulator.queue("a")).object
                #expect(queue["rateLimits"] == made["rateLimits"] && queue["state"] == "PAUSED")
                // What a queue that runs sends at once.
                try await emulator.makeTask("one", in: "a", to: handler.url + "/paused")
                try await emulator.makeQueue("b")
                try await emulator.makeTask("two", in: "b", to: handler.url + "/running")
                try await eventually("the other queue's task is sent") { !handler.received.isEmpty }
                #expect(handler.received.map(\.path) == ["/running"])
                #expect(try await emulator.call(.post, Emulator.queue("a") + ":resume").object["state"] == "RUNNING")
                try await eventually("the task is sent") { handler.received.count == 2 }
            }
        }
    }

    @Test("Tasks are made, got with and without their bodies, listed in pages, and deleted; names are remembered")
    func tasks() async throws {
        try await Emulator.running { emulator in
            try await emulator.makeQueue("a")
            let url = "http://127.0.0.1:9/never"
            let made = try await emulator.makeTask("one", in: "a", to: url, fields: Self.inAnHour)
            #expect(made["view"] == "BASIC")
            #expect(made["httpRequest"]?.objectValue?["body"] == nil)
            #expect(made["httpRequest"]?.objectValue?["httpMethod"] == "POST")
            #expect(made["dispatchDeadline"] == "600s")
            let path = Emulator.queue("a") + "/tasks/one"
            #expect(try await emulator.call(.get, path).object == made)
            let full = try await emulator.call(.get, path + "?responseView=FULL").object
            #expect(full["httpRequest"]?.objectValue?["body"] == "aGVsbG8=")
            let again = try await emulator.create("one", in: "a", to: url)
            #expect(again.status == 409 && again.code == "ALREADY_EXISTS")

            for number in 2...5 { try await emulator.makeTask("n\(number)", in: "a", to: url, fields: Self.inAnHour) }
            let listed = try await emulator.list(Emulator.queue("a") + "/tasks", "tasks", pageSize: 2)
            #expect(listed == ["n2", "n3", "n4", "n5", "one"])
            #expect(try await emulator.call(.delete, path).status == 200)
            #expect(try await emulator.call(.delete, path).code == "NOT_FOUND")
            #expect(try await emulator.create("one", in: "a", to: url).code == "ALREADY_EXISTS")
            #expect(try await emulator.call(.post, Emulator.queue("a") + ":purge").object["purgeTime"] != nil)
            #expect(try await emulator.tasks(of: "a").isEmpty)
            let unnamed = try await emulator.call(
                .post, Emulator.queue("a") + "/tasks",
                [
                    "task": .object([
                        "httpRequest": ["url": .string(url)], "scheduleTime": Self.inAnHour["scheduleTime"] ?? .null,
                    ])
                ])
            #expect(unnamed.object["name"]?.stringValue?.hasPrefix(Emulator.name("a") + "/tasks/") == true)
        }
    }

    @Test("What cannot be used is refused with Google's codes, and the server goes on")
    func badInput() async throws {
        try await Emulator.running { emulator in
            try await emulator.makeQueue("a")
            let queues = "/v2/\(Emulator.location)/queues"
            let tasks = Emulator.queue("a") + "/tasks"
            let bodies: [(String, String)] = [
                (queues, "{"), (queues, "[]"), (queues, #"{"name":"a"}"#), (queues, #"{"name":7}"#),
                (queues, #"{"name":"projects/other/locations/l/queues/q"}"#),
                (queues, #"{"name":"\#(Emulator.name("under_score"))"}"#),
                (queues, #"{"name":"\#(Emulator.name("b"))","rateLimits":{"maxConcurrentDispatches":0.5}}"#),
                (queues, #"{"name":"\#(Emulator.name("b"))","rateLimits":{"maxDispatchesPerSecond":501}}"#),
                (queues, #"{"name":"\#(Emulator.name("b"))","rateLimits":7}"#),
                (queues, #"{"name":"\#(Emulator.name("b"))","retryConfig":{"minBackoff":"1"}}"#),
                (queues, #"{"name":"\#(Emulator.name("b"))","retryConfig":{"minBackoff":"9s","maxBackoff":"1s"}}"#),
                (tasks, "{}"), (tasks, #"{"task":{}}"#), (tasks, #"{"task":{"httpRequest":{"url":"ftp://x"}}}"#),
                (tasks, #"{"task":{"name":"elsewhere","httpRequest":{"url":"http://x"}}}"#),
                (tasks, #"{"task":{"httpRequest":{"url":"http://x","body":"%%%"}}}"#),
                (tasks, #"{"task":{"httpRequest":{"url":"http://x","httpMethod":"GET","body":"aGk="}}}"#),
                (tasks, #"{"task":{"httpRequest":{"url":"http://x","headers":{"a":"b\r\nc: d"}}}}"#),
                (tasks, #"{"task":{"httpRequest":{"url":"http://x"},"dispatchDeadline":"5s"}}"#),
                (tasks, #"{"task":{"httpRequest":{"url":"http://x"},"scheduleTime":"tomorrow"}}"#),
                (tasks, #"{"task":{"httpRequest":{"url":"http://x"},"scheduleTime":"2999-01-01T00:00:00Z"}}"#),
                (tasks, #"{"task":{"appEngineHttpRequest":{}}}"#),
                ("/_local/faults", #"{"kind":"create","seconds":1e300}"#), ("/_local/faults", #"{"kind":"all"}"#),
                (tasks, String(repeating: "[", count: 100_000)),
                (
                    tasks,
                    #"{"task":{"httpRequest":{"url":"http://x","body":""# + String(repeating: "a", count: 1 << 20)
                        + #""}}}"#
                ),
                (tasks, String(repeating: " ", count: 3 << 20)),
            ]
            for (path, body) in bodies {
                let answer = try await emulator.send(.post, path, Array(body.utf8))
                #expect(answer.status == 400 && answer.code == "INVALID_ARGUMENT", "\(path) \(body.prefix(80))")
                #expect(answer.object["error"]?.objectValue?["code"] == 400)
            }
            let long = String(repeating: "a", count: 300)
            for path in [
                "/v2/projects", "/v2/" + Emulator.location, queues + "/" + long, tasks + "/" + long, tasks + "/a%2Fb",
            ] {
                #expect(try await emulator.call(.get, path).status == 400, "\(path)")
            }
            for path in ["/", "/elsewhere", Emulator.queue("missing") + "/tasks", Emulator.queue("a") + ":explode"] {
                let answer = try await emulator.call(.post, path, [:])
                #expect(answer.status == 404 && answer.code == "NOT_FOUND", "\(path)")
            }
            #expect(try await emulator.call(.get, tasks + "?pageSize=-1").code == "INVALID_ARGUMENT")
            #expect(try await emulator.call(.get, tasks + "?responseView=ALL").code == "INVALID_ARGUMENT")
            #expect(try await emulator.call(.get, Emulator.queue("a")).status == 200)
        }
    }
}
