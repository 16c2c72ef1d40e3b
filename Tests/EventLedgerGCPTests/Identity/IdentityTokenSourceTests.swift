import EventLedger
import EventLedgerGCP
import EventLedgerTesting
import Testing

@Suite struct IdentityTokenSourceTests {
    let clock = TestClock()

    private func tokens(
        _ environment: [String: String], _ transport: ScriptedTransport
    ) async throws -> any IdentityTokenSource {
        try await ApplicationDefaultCredentials.identityTokens(
            for: "https://worker.example.org/?a=b", environment: environment, transport: transport, clock: clock)
    }

    private func token() async throws -> String {
        try await TestIssuer().token(["exp": .integer(clock.now.microseconds / 1_000_000 + 3600)])
    }

    @Test func fromTheMetadataServer() async throws {
        let token = try await token()
        let transport = ScriptedTransport.answering(
            HTTPResponse(status: 200, headers: ["Metadata-Flavor": "Google"], body: Array(token.utf8)))
        let source = try await tokens([:], transport)
        for _ in 0..<2 { #expect(try await source.identityToken() == token) }
        #expect(
            transport.requests.dropFirst().map(\.url) == [
                "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/identity"
                    + "?audience=https%3A%2F%2Fworker.example.org%2F%3Fa%3Db&format=full"
            ])
        clock.advance(by: .seconds(3600))
        await #expect("The server gives one that is over.") { try await source.identityToken() } throws: {
            LedgerError.Code.unavailable ~= $0
        }
    }

    @Test func fromTheKeyOfAServiceAccount() async throws {
        let folder = try CredentialsFolder()
        let token = try await token()
        let body: JSONValue = ["id_token": .string(token)]
        let transport = ScriptedTransport.answering(HTTPResponse(status: 200, body: body.canonicalBytes))
        let path = try folder.write(CredentialsFolder.serviceAccount)
        let source = try await tokens(["GOOGLE_APPLICATION_CREDENTIALS": path], transport)
        #expect(try await source.identityToken() == token)
        let form = String(decoding: transport.requests[0].body, as: UTF8.self)
        let assertion = try #require(form.split(separator: "=").last).split(separator: ".")
        let claims = try JSONText(#require(TestIssuer.decode(String(assertion[1])))).value().objectValue
        #expect(claims?["target_audience"] == "https://worker.example.org/?a=b")
        #expect(claims?["scope"] == nil)
    }

    @Test func notFromAUser() async throws {
        let folder = try CredentialsFolder()
        let path = try folder.write(CredentialsFolder.user)
        let transport = ScriptedTransport { _ in throw notConnected }
        await #expect { try await tokens(["GOOGLE_APPLICATION_CREDENTIALS": path], transport) } throws: {
            LedgerError.Code.unsupported ~= $0
        }
    }
}
