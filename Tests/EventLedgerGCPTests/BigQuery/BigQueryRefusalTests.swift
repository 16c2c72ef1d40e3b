import EventLedger
import EventLedgerGCP
import EventLedgerTesting
import Testing

@Suite("What BigQuery refuses") struct BigQueryRefusalTests {
    private static func dataset(
        answering status: Int, _ reason: String, _ message: String = "secret details"
    ) throws -> BigQueryDataset {
        let body: JSONValue = [
            "error": [
                "code": .integer(Int64(status)), "message": .string(message),
                "errors": [["reason": .string(reason), "message": .string(message)]],
            ]
        ]
        let transport = AnsweringTransport(HTTPResponse(status: status, body: body.canonicalBytes))
        let cloud = GoogleCloud(project: "p-1", transport: transport, tokens: NoAccessTokens())
        return try BigQueryDataset("d_1", on: cloud)
    }

    @Test(
        "A refusal is an error that names the table, and repeats nothing",
        arguments: [
            (404, "notFound", LedgerError.Code.notFound), (403, "accessDenied", .forbidden),
            (401, "authError", .forbidden), (403, "rateLimitExceeded", .unavailable),
            (403, "quotaExceeded", .unavailable), (503, "backendError", .unavailable),
            (400, "invalidQuery", .bigQueryRefused),
        ])
    func refusals(status: Int, reason: String, code: LedgerError.Code) async throws {
        let dataset = try Self.dataset(answering: status, reason)
        await #expect { try await BigQueryReader(dataset).head() } throws: { error in
            guard let error = error as? LedgerError else { return false }
            return error.code == code && error.message.contains("p-1:d_1") && !error.message.contains("secret")
                && error.details["reason"] == reason
        }
    }

    @Test(
        "An answer that is none is an error",
        arguments: ["", "[]", "{}", "<html>", #"{"jobReference":{"jobId":"j"},"jobComplete":true,"rows":[{}]}"#])
    func unreadable(body: String) async throws {
        let transport = AnsweringTransport(HTTPResponse(status: 200, body: Array(body.utf8)))
        let cloud = GoogleCloud(project: "p-1", transport: transport, tokens: NoAccessTokens())
        let reader = BigQueryReader(try BigQueryDataset("d", on: cloud))
        await #expect(throws: LedgerError.self) { try await reader.head() }
    }

    @Test("What somebody else makes in the same moment is there afterwards")
    func madeAtOnce() async throws {
        let done = #"{"jobReference":{"jobId":"j"},"jobComplete":true}"#
        let statements = Shared(0)
        let transport = ScriptedTransport { request in
            guard request.url.hasSuffix("/queries") else {
                return HTTPResponse(status: request.method == .get ? 404 : 409)
            }
            statements.change { $0 += 1 }
            return statements.value == 1
                ? HTTPResponse(status: 409) : HTTPResponse(status: 200, body: Array(done.utf8))
        }
        let cloud = GoogleCloud(project: "p-1", transport: transport, tokens: NoAccessTokens())
        let made = try await BigQuerySchema.create(in: BigQueryDataset("d", on: cloud))
        #expect(!made.dataset && made.table)
        #expect(statements.value == BigQuerySchema.statements.count + 1)
    }

    @Test("A statement that is never done is given up")
    func neverDone() async throws {
        let body = #"{"jobReference":{"jobId":"j"},"jobComplete":false}"#
        let transport = ScriptedTransport.answering(HTTPResponse(status: 200, body: Array(body.utf8)))
        let cloud = GoogleCloud(project: "p-1", transport: transport, tokens: NoAccessTokens())
        let clock = TestClock()
        let reader = BigQueryReader(try BigQueryDataset("d", on: cloud), clock: clock)
        let error = await #expect(throws: LedgerError.self) {
            try await clock.stepping { try await reader.head() }
        }
        #expect(error?.code == .timeout)
        #expect(error?.details["job"] == "j")
        // It is asked less often the longer it takes.
        #expect(transport.requests.count < 200)
    }

    @Test(
        "Names that could mean something in a statement are refused",
        arguments: ["", "a`b", "a.b", "a/b", "é", "a b", "a-b"])
    func names(name: String) throws {
        let cloud = GoogleCloud(
            project: "p-1", transport: AnsweringTransport(HTTPResponse(status: 200)), tokens: NoAccessTokens())
        #expect { try BigQueryDataset(name, on: cloud) } throws: { ($0 as? LedgerError)?.code == .invalidName }
    }

    @Test("A renderer knows project and dataset, and nothing else")
    func renderer() throws {
        let dataset = try Self.dataset(answering: 200, "")
        #expect(try dataset.render("FROM `{{project}}.{{dataset}}.e`, `{{dataset}}`") == "FROM `p-1.d_1.e`, `d_1`")
        #expect(throws: LedgerError.self) { try dataset.render("{{table}}") }
        for statement in BigQuerySchema.statements {
            let rendered = try dataset.render(statement.sql)
            #expect(rendered.contains("p-1.d_1.\(statement.name)"))
            #expect(!rendered.contains("{{"))
        }
    }
}

/// Always gives the same answer.
private struct AnsweringTransport: HTTPTransport {
    let response: HTTPResponse

    init(_ response: HTTPResponse) { self.response = response }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse { response }
}
