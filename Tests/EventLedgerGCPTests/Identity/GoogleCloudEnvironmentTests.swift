import EventLedger
import EventLedgerGCP
import Testing

@Suite struct GoogleCloudEnvironmentTests {
    static let emulated = Dictionary(
        uniqueKeysWithValues: GoogleServiceName.allCases.map { ($0.emulatorVariable, "127.0.0.1:8080") })

    @Test func whereAllIsEmulatedNothingIsLookedFor() async throws {
        let transport = ScriptedTransport { _ in throw notConnected }
        let environment = Self.emulated.merging([
            "GOOGLE_CLOUD_PROJECT": "p", "GOOGLE_APPLICATION_CREDENTIALS": "/none",
        ]) {
            one, _ in one
        }
        let cloud = try await GoogleCloud.fromEnvironment(environment, transport: transport)
        #expect(cloud.project == "p")
        #expect(cloud.emulators[.firestore] == "http://127.0.0.1:8080")
        #expect(try await cloud.tokens.accessToken() == nil)
        #expect(transport.requests.isEmpty)
        await #expect { try await GoogleCloud.fromEnvironment(Self.emulated, transport: transport) } throws: {
            LedgerError.Code.invalidValue ~= $0
        }
        #expect(transport.requests.isEmpty)
    }

    @Test func whereSomeAreEmulatedTokensAreLookedForWhenTheyAreNeeded() async throws {
        let transport = ScriptedTransport.answering(CredentialsFolder.token())
        let cloud = try await GoogleCloud.fromEnvironment(
            ["GOOGLE_CLOUD_PROJECT": "p", "PUBSUB_EMULATOR_HOST": "localhost:1"], transport: transport)
        #expect(transport.requests.isEmpty)
        try await withThrowingTaskGroup(of: AccessToken?.self) { group in
            for _ in 0..<20 { group.addTask { try await cloud.tokens.accessToken() } }
            for try await token in group { #expect(token == AccessToken(secret: "a-token")) }
        }
        #expect(transport.requests.count == 2, "One looks for the metadata server, one asks for the token.")
    }

    @Test func theProjectComesFromTheKeyFile() async throws {
        let folder = try CredentialsFolder()
        let path = try folder.write(CredentialsFolder.serviceAccount)
        let transport = ScriptedTransport { _ in throw notConnected }
        let environment = ["GOOGLE_APPLICATION_CREDENTIALS": path]
        #expect(try await GoogleCloud.fromEnvironment(environment, transport: transport).project == "research")
        let named = environment.merging(["GOOGLE_CLOUD_PROJECT": "p"]) { one, _ in one }
        #expect(try await GoogleCloud.fromEnvironment(named, transport: transport).project == "p")
        let user = try folder.write(CredentialsFolder.user)
        await #expect {
            try await GoogleCloud.fromEnvironment(["GOOGLE_APPLICATION_CREDENTIALS": user], transport: transport)
        } throws: {
            LedgerError.Code.invalidValue ~= $0
        }
        #expect(transport.requests.isEmpty)
    }

    @Test func theProjectComesFromTheMetadataServer() async throws {
        let transport = ScriptedTransport.answering(
            HTTPResponse(status: 200, headers: ["metadata-flavor": "Google"], body: Array("research".utf8)))
        #expect(try await GoogleCloud.fromEnvironment([:], transport: transport).project == "research")
    }

    @Test(arguments: [
        ("127.0.0.1:8080", "http://127.0.0.1:8080"), ("localhost:1", "http://localhost:1"),
        ("[::1]:8080", "http://[::1]:8080"), ("http://example.org/", "http://example.org"),
        ("https://example.org:1/base/", "https://example.org:1/base"),
    ])
    func addressesOfEmulators(_ text: String, _ url: String) async throws {
        var environment = Self.emulated
        environment["GOOGLE_CLOUD_PROJECT"] = "p"
        environment["FIRESTORE_EMULATOR_HOST"] = text
        let cloud = try await GoogleCloud.fromEnvironment(
            environment, transport: ScriptedTransport { _ in throw notConnected })
        #expect(cloud.emulators[.firestore] == url)
    }

    @Test(arguments: ["http://", "a b", "host:1?x=y", "http://u:p@host", ":8080"])
    func addressesThatAreNone(_ text: String) async throws {
        let environment = ["GOOGLE_CLOUD_PROJECT": "p", "FIRESTORE_EMULATOR_HOST": text]
        await #expect {
            try await GoogleCloud.fromEnvironment(environment, transport: ScriptedTransport { _ in throw notConnected })
        } throws: {
            LedgerError.Code.invalidValue ~= $0 && "\($0)".contains("FIRESTORE_EMULATOR_HOST")
        }
    }
}
