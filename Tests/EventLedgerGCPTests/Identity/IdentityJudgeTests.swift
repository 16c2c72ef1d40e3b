import EventLedger
import EventLedgerGCP
import EventLedgerTesting
import Testing

/// google-auth, Google's own library, as the judge.
@Suite struct IdentityJudgeTests {
    @Test(.enabled(if: Judge.identity.isInstalled, Judge.identity.hint))
    func googleAuthAndTheLibraryAcceptEachOthersTokens() async throws {
        let folder = try CredentialsFolder()
        let bench = try VerifierBench()
        let path = try folder.write(CredentialsFolder.serviceAccount)
        let tokenServer = ScriptedTransport.answering(CredentialsFolder.token())
        _ = try await ApplicationDefaultCredentials.find(
            environment: ["GOOGLE_APPLICATION_CREDENTIALS": path], transport: tokenServer, clock: bench.clock
        ).accessToken()
        let form = String(decoding: tokenServer.requests[0].body, as: UTF8.self)
        let assertion = try #require(form.split(separator: "=").last)
        let order: JSONObject = [
            "privateKey": .string(TestKeys.first), "keyID": "first", "assertion": .string(String(assertion)),
            "audience": "https://oauth2.googleapis.com/token", "claims": bench.claims(),
        ]
        let verdict = try await Judge.identity.run(lines: [order]).first
        #expect(verdict?["claims"]?.objectValue?["iss"] == .string(CredentialsFolder.email))
        let token = try #require(verdict?["token"]?.stringValue)
        #expect(try await bench.verifier.verify(token).email == VerifierBench.email)
    }
}
