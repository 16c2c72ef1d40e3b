import EventLedger
import Foundation
import Synchronization
import Testing

@testable import EventLedgerGCP

@Suite("The calls to Cloud Tasks") struct CloudTasksClientTests {
    /// Answers with what it was given, and keeps what it was sent.
    private final class Script: HTTPTransport {
        private let answers: Mutex<[Int]>
        private let sent = Mutex<[HTTPRequest]>([])
        private let reason: String

        init(_ answers: [Int], reason: String = "SCRIPTED") {
            self.answers = Mutex(answers)
            self.reason = reason
        }

        var requests: [HTTPRequest] { sent.withLock { $0 } }

        func send(_ request: HTTPRequest) async throws -> HTTPResponse {
            sent.withLock { $0.append(request) }
            let status = answers.withLock { $0.isEmpty ? 200 : $0.removeFirst() }
            let body = status < 300 ? "{}" : #"{"error":{"status":"\#(reason)","message":"as told"}}"#
            return HTTPResponse(status: status, body: Array(body.utf8))
        }
    }

    private static let ledger = "projects/p/databases/(default)/documents/ledgers/main"

    private static func settings() -> CloudTasksSettings {
        CloudTasksSettings(
            location: "europe-west1", url: "https://worker.example/tasks",
            authentication: .serviceAccount("pusher@p.iam.gserviceaccount.com"), dispatchDeadline: .seconds(90)
        )
    }

    private func client(_ script: Script, _ settings: CloudTasksSettings = settings()) throws -> CloudTasksClient {
        try CloudTasksClient(
            on: GoogleCloud(project: "p", transport: script, tokens: NoAccessTokens()), settings: settings
        )
    }

    private func dispatch(
        _ name: TaskName = "a", generation: Int = 1, carrier: Int = 1, at time: Int64 = 1_767_600_000_000_000
    ) throws -> TaskDispatch {
        let new = NewTask(
            kind: "k", payload: try JSONText(#"{"secret":1}"#), named: name, in: "work",
            headers: ["traceparent": "00-1-2-01", "tracestate": "a=b\r\nX-Evil: 1"]
        )
        var task = FirestoreTask(new, generation: generation, at: Timestamp(microseconds: time))
        task.carrier = carrier
        return TaskDispatch(task, ledger: Self.ledger, policy: RetryPolicy())
    }

    private func object(_ request: HTTPRequest) throws -> JSONObject {
        try #require(try JSONText(request.body).value().objectValue)
    }

    @Test func aTaskIsMadeAsTheServiceWantsIt() async throws {
        let script = Script([200])
        let client = try client(script)
        let dispatch = try dispatch()
        let isNew = try await client.create(dispatch)
        #expect(isNew)
        let request = try #require(script.requests.first)
        let queue = "projects/p/locations/europe-west1/queues/work"
        #expect(request.method == .post)
        #expect(request.url == "https://cloudtasks.googleapis.com/v2/\(queue)/tasks")
        #expect(request.repeatability == .idempotent)
        let task = try #require(try object(request)["task"]?.objectValue)
        #expect(task["name"] == .string("\(queue)/tasks/\(dispatch.name)"))
        #expect(task["scheduleTime"] == "2026-01-05T08:00:00.000000Z")
        #expect(task["dispatchDeadline"] == "90s")
        let http = try #require(task["httpRequest"]?.objectValue)
        #expect(http["url"] == "https://worker.example/tasks")
        #expect(http["httpMethod"] == "POST")
        #expect(
            http["oidcToken"] == [
                "serviceAccountEmail": "pusher@p.iam.gserviceaccount.com", "audience": "https://worker.example/tasks",
            ])
        let headers = try #require(http["headers"]?.objectValue)
        #expect(headers["traceparent"] == "00-1-2-01")
        #expect(headers["tracestate"] == nil, "a caller's text makes no header of its own")
        #expect(headers["EventLedger-Max-Attempts"] == "5")
        let text = try #require(http["body"]?.stringValue)
        let body = try #require(Data(base64Encoded: text))
        let decoded = try TaskPushBody([UInt8](body))
        #expect(decoded == TaskPushBody(dispatch))
        #expect(!String(decoding: body, as: UTF8.self).contains("secret"), "what a task carries stays in the ledger")
    }

    @Test func deliveriesShowNoTokenWhereThatIsChosen() async throws {
        let script = Script([200])
        var settings = Self.settings()
        settings.authentication = .unauthenticated
        _ = try await client(script, settings).create(try dispatch())
        let request = try #require(script.requests.first)
        let task = try #require(try object(request)["task"]?.objectValue)
        let http = try #require(task["httpRequest"]?.objectValue)
        #expect(http["url"] == "https://worker.example/tasks")
        #expect(http["oidcToken"] == nil)
    }

    @Test func aTaskThatIsThereIsASuccess() async throws {
        let script = Script([409])
        let isNew = try await client(script).create(try dispatch())
        #expect(!isNew)
    }

    @Test func aBrokenOffCallIsNone() async throws {
        let client = try client(Script([409], reason: "ABORTED"))
        let dispatch = try dispatch()
        let error = await #expect(throws: LedgerError.self) { _ = try await client.create(dispatch) }
        #expect(error?.code == .unavailable)
    }

    @Test func aQueueThatIsNotThereIsMade() async throws {
        let script = Script([404, 200, 200])
        let isNew = try await client(script).carry(try dispatch(), configuration: QueueConfiguration())
        #expect(isNew)
        #expect(script.requests.map(\.method) == [.post, .patch, .post])
        #expect(script.requests.map { $0.url.hasSuffix("?updateMask=rateLimits,retryConfig") } == [false, true, false])
    }

    @Test func refusalsAreErrorsThatNameTheQueue() async throws {
        let script = Script([403])
        let client = try client(script)
        let dispatch = try dispatch()
        let error = await #expect(throws: LedgerError.self) { _ = try await client.create(dispatch) }
        #expect(error?.code == .forbidden)
        #expect(error?.message.contains("queues/work") == true)
    }

    @Test func steeringAndDeleting() async throws {
        let script = Script([200, 404, 404, 400], reason: "FAILED_PRECONDITION")
        let client = try client(script)
        try await client.pause(CarriedQueue("work", of: Self.ledger))
        try await client.resume(CarriedQueue("never-used", of: Self.ledger))
        try await client.drop(try dispatch())
        try await client.drop(try dispatch())
        #expect(
            script.requests.prefix(2).map { $0.url.split(separator: "/").last.map(String.init) } == [
                "work:pause", "never-used:resume",
            ])
        #expect(script.requests.suffix(2).map(\.method) == [.delete, .delete])
    }

    @Test func aTaskThatIsNotDeletedForAnotherReasonIsAnError() async throws {
        let client = try client(Script([400], reason: "INVALID_ARGUMENT"))
        let dispatch = try dispatch()
        let error = await #expect(throws: LedgerError.self) { try await client.drop(dispatch) }
        #expect(error?.code == .invalidValue)
    }

    @Test func aConfigurationBecomesTheServices() throws {
        let some = CloudTasksJSON.queue(
            "q",
            QueueConfiguration(
                dispatchesPerSecond: 12.5, burst: 7, concurrentDispatches: 3,
                retry: RetryPolicy(
                    maxAttempts: 3, maxRetryDuration: .seconds(9), minBackoff: .milliseconds(1500),
                    maxBackoff: .seconds(300), maxDoublings: 4)
            ))
        #expect(some["rateLimits"] == ["maxDispatchesPerSecond": 12.5, "maxConcurrentDispatches": 3])
        #expect(
            some["retryConfig"] == [
                "maxAttempts": -1, "maxRetryDuration": "0s", "minBackoff": "1.500s", "maxBackoff": "300s",
                "maxDoublings": 4,
            ])
        let most = CloudTasksJSON.queue(
            "q", QueueConfiguration(dispatchesPerSecond: 10_000, concurrentDispatches: 9999))
        #expect(most["rateLimits"] == ["maxDispatchesPerSecond": 500.0, "maxConcurrentDispatches": 5000])
    }

    @Test func namesDifferInWhatTheyAreMadeOf() throws {
        let all = [
            try dispatch(), try dispatch("b"), try dispatch(generation: 2), try dispatch(carrier: 2),
            try dispatch(at: 1),
        ]
        #expect(Set(all.map(\.name)).count == all.count)
        #expect(all.allSatisfy { $0.name.utf8.count <= 500 && CloudTasksSettings.isLegalID($0.name) })
        let again = try dispatch()
        #expect(again.name == all[0].name)
    }

    @Test func queueIDsAreLegalAndDiffer() {
        let names: [QueueName] = [
            "work", "work-2", "a/b", "a b", "caf\u{E9}", "cafe\u{301}", "\u{1F600}", "..",
            QueueName(String(repeating: "n", count: 256)), QueueName(String(repeating: "n", count: 255)),
            "work-0123456789abcdef", "0123456789abcdef", "lending-work",
        ]
        let long = String(repeating: "l", count: 100)
        let ledgers = [
            "(default)/documents/ledgers/main", "(default)/documents/ledgers/lending", "other/documents/ledgers/main",
            "(default)/documents/ledgers/\(long)",
        ].map { "projects/p/databases/\($0)" }
        for prefix in ["", "prefix-"] {
            let ids = ledgers.flatMap { ledger in
                names.map { CloudTasksQueueID.id(of: CarriedQueue($0, of: ledger), prefix: prefix) }
            }
            #expect(Set(ids).count == names.count * ledgers.count)
            for id in ids {
                #expect(id.utf8.count <= 100, "\(id)")
                #expect(CloudTasksSettings.isLegalID(id), "\(id)")
                #expect(id.hasPrefix(prefix))
            }
        }
    }

    @Test func onlyTheUsualLedgerHasShortQueueIDs() {
        func id(
            _ name: QueueName, of ledger: String, in database: String = "(default)", prefix: String = ""
        ) -> String {
            let ledger = "projects/p/databases/\(database)/documents/ledgers/\(ledger)"
            return CloudTasksQueueID.id(of: CarriedQueue(name, of: ledger), prefix: prefix)
        }
        #expect(id("work", of: "main") == "work")
        #expect(id("work", of: "main", prefix: "a-") == "a-work")
        let other = id("work", of: "lending")
        #expect(other.hasPrefix("lending-work-"))
        #expect(id("work", of: "main", in: "other").hasPrefix("main-work-"))
        // No name can be chosen to be the id of another queue, not even with a prefix.
        #expect(id(QueueName(other), of: "main") != other)
        let digest = String(other.suffix(16))
        #expect(id(QueueName(digest), of: "main", prefix: "lending-work-") != other)
        let sanitized = id("a/b", of: "main")
        #expect(id(QueueName(sanitized), of: "main") != sanitized)
    }

    @Test func settingsAreChecked() {
        var broken: [CloudTasksSettings] = Array(repeating: Self.settings(), count: 6)
        broken[0].location = "europe/west1"
        broken[1].url = "ftp://worker.example"
        broken[2].dispatchDeadline = .seconds(14)
        broken[3].dispatchDeadline = .seconds(1801)
        broken[4].queuePrefix = "a_b"
        broken[5].authentication = .serviceAccount("")
        for settings in broken { #expect(throws: LedgerError.self) { try settings.validate() } }
        #expect(throws: Never.self) { try Self.settings().validate() }
    }
}
