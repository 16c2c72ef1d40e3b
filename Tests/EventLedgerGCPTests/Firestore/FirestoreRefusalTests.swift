import EventLedger
import TestSupport
import Testing

@testable import EventLedgerGCP

@Suite("What Firestore refuses") struct FirestoreRefusalTests {
    private static func refusal(_ code: Int, _ status: String, _ message: String) -> String {
        #"{"error":{"code":\#(code),"message":"\#(message)","status":"\#(status)"}}"#
    }

    private func write(
        status: Int, body: String
    ) async -> (error: (any Error)?, requests: [HTTPRequest]) {
        let transport = ScriptedTransport.answering(status, body)
        let database = FirestoreDatabase(on: transport.cloud, database: "d")
        do {
            _ = try await database.commit([FirestoreWrite("a/b", .delete, if: .exists(true))], resource: "a thing")
            return (nil, transport.requests)
        } catch {
            return (error, transport.requests)
        }
    }

    @Test(
        "A lost race is a conflict",
        arguments: [
            (409, "ALREADY_EXISTS", "entity already exists"),
            (409, "ABORTED", "Aborted due to cross-transaction contention."),
            (400, "FAILED_PRECONDITION", "the stored version (1) does not match the required base version (2)"),
            (404, "NOT_FOUND", "No document to update: projects/p/databases/d/documents/a/b"),
            (404, "NOT_FOUND", "no entity to update: app: dev~p"),
            (400, "INVALID_ARGUMENT", "Transaction is invalid or closed."),
        ])
    func lostRaces(_ status: Int, _ reason: String, _ message: String) async {
        for body in [Self.refusal(status, reason, message), "[" + Self.refusal(status, reason, message) + "]"] {
            let (error, _) = await write(status: status, body: body)
            #expect((error as? FirestoreConflict)?.reason == reason)
        }
    }

    @Test(
        "What cannot be done names what it is about",
        arguments: [
            (
                404, "NOT_FOUND", "The database (default) does not exist for project p", LedgerError.Code.notFound,
                "projects/p/databases/d"
            ),
            (404, "NOT_FOUND", "Project 'p' not found or deleted.", .notFound, "projects/p/databases/d"),
            (403, "PERMISSION_DENIED", "Missing or insufficient permissions.", .forbidden, "a thing"),
            (400, "INVALID_ARGUMENT", "The value of property is longer than 1048487 bytes.", .limitExceeded, "a thing"),
            (
                400, "INVALID_ARGUMENT",
                "Document 'x' cannot be written because its size (1,100,000 bytes) exceeds the "
                    + "maximum allowed size of 1,048,576 bytes.", .limitExceeded, "a thing"
            ),
            (400, "INVALID_ARGUMENT", "Transaction too big. Decrease transaction size.", .limitExceeded, "a thing"),
            (
                400, "INVALID_ARGUMENT", "Request payload size exceeds the limit: 11534336 bytes.", .limitExceeded,
                "a thing"
            ),
            (413, "HTTP_413", "Request Entity Too Large", .limitExceeded, "a thing"),
            (
                429, "RESOURCE_EXHAUSTED", "gRPC message exceeds maximum size 4194304: 12000117", .limitExceeded,
                "a thing"
            ),
            (
                400, "FAILED_PRECONDITION", "The query requires an index. You can create it here", .unavailable,
                "indexes.json"
            ),
            (429, "RESOURCE_EXHAUSTED", "Quota exceeded.", .unavailable, "a thing"),
            (400, "INVALID_ARGUMENT", "secret-value-of-a-field is not valid", .invalidValue, "a thing"),
        ])
    func refusals(
        _ status: Int, _ reason: String, _ message: String, _ code: LedgerError.Code, _ named: String
    ) async throws {
        let (error, _) = await write(status: status, body: Self.refusal(status, reason, message))
        let refused = try #require(error as? LedgerError)
        #expect(refused.code == code)
        #expect(refused.message.contains(named), "\(refused.message)")
        #expect(!refused.message.contains("secret-value-of-a-field"))
    }

    @Test("An answer that is none is refused", arguments: ["", "<html>", "[", #"[{"found": 1}]"#])
    func malformed(_ body: String) async {
        let transport = ScriptedTransport.answering(200, body)
        let database = FirestoreDatabase(on: transport.cloud)
        await #expect(throws: LedgerError.self) { _ = try await database.read(["a/b"], resource: "a thing") }
    }

    @Test("A commit is sent again only where its own success would stop it")
    func repeatability() async throws {
        let transport = ScriptedTransport.answering(200, #"{"writeResults":[{}],"commitTime":"t"}"#)
        let database = FirestoreDatabase(on: transport.cloud)
        let writes: [(FirestoreWrite, HTTPRequest.Repeatability)] = [
            (FirestoreWrite("a/b", .set([:]), if: .exists(false)), .idempotent),
            (FirestoreWrite("a/b", .set([:]), if: .updateTime("t")), .idempotent),
            (FirestoreWrite("a/b", .delete, if: .exists(true)), .idempotent),
            (FirestoreWrite("a/b", .set([:]), if: .exists(true)), .once), (FirestoreWrite("a/b", .set([:])), .once),
        ]
        for (write, _) in writes { _ = try await database.commit([write], resource: "a thing") }
        #expect(transport.requests.map(\.repeatability) == writes.map(\.1))
    }

    @Test("A read that was broken off may be asked for again")
    func brokenOff() async throws {
        let body = Self.refusal(409, "ABORTED", "Too much contention on these documents.")
        for (status, body) in [(409, body), (200, "[" + body + "]")] {
            let database = FirestoreDatabase(on: ScriptedTransport.answering(status, body).cloud)
            await #expect {
                _ = try await database.run(FirestoreQuery("events"), below: "ledgers/a", resource: "a thing")
            } throws: {
                LedgerError.Code.unavailable ~= $0
            }
        }
    }

    @Test("A commit is not remembered for longer than a task's name")
    func retention() throws {
        try FirestoreLedgerOptions(commitRetention: .seconds(31 * 86_400)).validate()
        #expect(throws: LedgerError.self) {
            try FirestoreLedgerOptions(commitRetention: .seconds(32 * 86_400)).validate()
        }
    }

    @Test("A transaction is rolled back also by whoever was cancelled", .timeLimit(.minutes(10)))
    func rollingBack() async throws {
        let isCommitting = Gate(), isEnding = Gate()
        let rolledBack = Shared<[Bool]>([])
        let transport = ScriptedTransport { request in
            if request.url.hasSuffix(":rollback") {
                rolledBack.change { $0.append(Task.isCancelled) }
                isEnding.open()
            }
            if request.url.hasSuffix(":commit") {
                isCommitting.open()
                try await Task.sleep(for: .seconds(3600))
            }
            let answer = request.url.hasSuffix(":batchGet") ? #"[{"transaction":"dA=="},{"readTime":"t"}]"# : "{}"
            return HTTPResponse(status: 200, body: Array(answer.utf8))
        }
        let store = try FirestoreDocumentStore(on: transport.cloud)
        let writing = Task { try await store.write([.put(DocumentKey("papers", "1"), ["n": 1])]) }
        try await isCommitting.wait()
        writing.cancel()
        await #expect(throws: CancellationError.self) { try await writing.value }
        // Whoever is cancelled does not wait for it.
        try await isEnding.wait()
        #expect(rolledBack.value == [false], "sent once, by a task that goes on")
    }

    @Test("Names are encoded in addresses") func addresses() async throws {
        let transport = ScriptedTransport.answering(200, "[]")
        let database = FirestoreDatabase(on: transport.cloud)
        _ = try await database.run(FirestoreQuery("events"), below: "ledgers/a b", resource: "a thing")
        #expect(
            transport.requests.first?.url
                == "http://firestore.invalid/v1/projects/p/databases/%28default%29/documents/ledgers/a%20b:runQuery")
    }

    @Test("A ledger's name is no path", arguments: ["", "a/b", "..", "__x__", "a b", "\u{E9}"])
    func ledgerNames(_ name: String) {
        #expect(throws: LedgerError.self) {
            try FirestoreDocumentStore(on: ScriptedTransport.answering(200, "").cloud, ledger: name)
        }
    }
}
