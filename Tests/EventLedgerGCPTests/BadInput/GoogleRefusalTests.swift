import EventLedger
import Testing

@testable import EventLedgerGCP

/// What is not there, and what is not allowed, in the words of Google's services.
@Suite("What Google's services refuse, at each entry point") struct GoogleRefusalTests {
    struct Refusal: Sendable, CustomTestStringConvertible {
        let status: Int
        let reason: String
        /// BigQuery's own name of it.
        let detail: String
        let message: String
        let code: LedgerError.Code

        var testDescription: String { "\(status) \(message.prefix(40))" }

        var response: HTTPResponse {
            let error: JSONValue = [
                "code": .integer(Int64(status)), "message": .string(message), "status": .string(reason),
                "errors": [["message": .string(message), "domain": "global", "reason": .string(detail)]],
            ]
            return HTTPResponse(
                status: status, headers: ["content-type": "application/json; charset=UTF-8"],
                body: JSONValue.object(["error": error]).canonicalBytes
            )
        }
    }

    static let refusals = [
        Refusal(
            status: 404, reason: "NOT_FOUND", detail: "notFound",
            message:
                "The project p-1 does not exist or it does not contain an active Cloud Datastore or Cloud Firestore "
                + "database. Please visit http://console.cloud.google.com to create a project or "
                + "https://console.cloud.google.com/datastore/setup?project=p-1 to add a database.",
            code: .notFound
        ),
        Refusal(
            status: 404, reason: "NOT_FOUND", detail: "notFound",
            message: "The database (default) does not exist for project p-1", code: .notFound
        ),
        Refusal(
            status: 404, reason: "NOT_FOUND", detail: "notFound",
            message: "Requested project not found or user does not have access to it (project=p-1).", code: .notFound
        ),
        Refusal(
            status: 403, reason: "PERMISSION_DENIED", detail: "accessDenied",
            message: "Missing or insufficient permissions.", code: .forbidden
        ),
        Refusal(
            status: 403, reason: "PERMISSION_DENIED", detail: "accessNotConfigured",
            message: "The API has not been used in project p-1 before or it is disabled.", code: .forbidden
        ),
        Refusal(
            status: 401, reason: "UNAUTHENTICATED", detail: "authError",
            message:
                "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other "
                + "valid authentication credential.",
            code: .forbidden
        ),
    ]

    /// What Cloud Tasks has not got need not be deleted.
    private static func isMissed(_ entry: EntryPoint, _ refusal: Refusal) -> Bool {
        entry != .deleteTask || refusal.code != .notFound
    }

    /// How long a commit is tried for that is refused at once.
    private static let deadline = Duration.seconds(120)

    @Test("It is an error that names the resource, and tells nothing", arguments: EntryPoint.allCases, refusals)
    func refused(_ entry: EntryPoint, _ refusal: Refusal) async throws {
        let transport = ScriptedTransport.answering(refusal.response)
        let start = ContinuousClock.now
        do {
            try await entry.call(transport.production, within: Self.deadline)
            #expect(!Self.isMissed(entry, refusal))
        } catch {
            #expect((error as? LedgerError)?.code == refusal.code, "\(error)")
            #expect((error as? LedgerError)?.message.contains(entry.resource) == true, "\(error)")
            expectSilence(error, "\(entry)")
        }
        // Whoever tries it again and again does so until the deadline.
        #expect(ContinuousClock.now - start < Self.deadline / 2)
        let sent = transport.requests
        #expect(!sent.isEmpty)
        #expect(sent.allSatisfy { $0.headers["authorization"] == "Bearer \(EntryPoint.token)" })
    }

    @Test(
        "Neither token nor payload is told, whatever the service says",
        arguments: EntryPoint.allCases, [400, 401, 403, 404, 409, 412, 413, 429, 500, 503, 504, 302, 418])
    func echoed(_ entry: EntryPoint, _ status: Int) async throws {
        guard !entry.isPatient || ![429, 500, 503, 504].contains(status) else { return }
        let transport = ScriptedTransport { request in
            let said = (request.headers["authorization"] ?? "") + String(decoding: request.body, as: UTF8.self)
            let body: JSONValue = [
                "error": [
                    "code": .integer(Int64(status)), "message": .string(said + EntryPoint.payload), "status": "ODD",
                    "errors": [["reason": "odd", "message": .string(said)]],
                ]
            ]
            return HTTPResponse(status: status, body: body.canonicalBytes)
        }
        do { try await entry.call(transport.production) } catch { expectSilence(error, "\(entry)") }
    }

    @Test(
        "A service that cannot be reached is an error that names the resource",
        arguments: EntryPoint.allCases.filter { !$0.isPatient })
    func unreachable(_ entry: EntryPoint) async throws {
        let transport = ScriptedTransport { _ in throw notConnected }
        func failure(within deadline: Duration) async -> (any Error)? {
            do {
                try await entry.call(transport.production, within: deadline)
                return nil
            } catch {
                return error
            }
        }
        var said = await failure(within: .milliseconds(300))
        // A machine that stalled through all of the time has heard nothing in it.
        if (said as? LedgerError)?.code == .timeout { said = await failure(within: .seconds(30)) }
        let error = try #require(said)
        #expect((error as? LedgerError)?.code == .unavailable, "\(error)")
        #expect((error as? LedgerError)?.message.contains(entry.resource) == true, "\(error)")
        expectSilence(error, "\(entry)")
    }
}
