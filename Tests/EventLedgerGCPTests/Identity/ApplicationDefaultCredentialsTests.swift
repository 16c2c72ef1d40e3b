import EventLedger
import EventLedgerGCP
import EventLedgerTesting
import Foundation
import Testing

@Suite struct ApplicationDefaultCredentialsTests {
    let folder: CredentialsFolder
    let clock = TestClock()
    let tokenServer = ScriptedTransport.answering(CredentialsFolder.token())

    init() throws { folder = try CredentialsFolder() }

    private func find(
        _ environment: [String: String], _ transport: ScriptedTransport? = nil
    ) async throws -> any AccessTokenSource {
        try await ApplicationDefaultCredentials.find(
            environment: environment, transport: transport ?? tokenServer, clock: clock)
    }

    @Test func theNamedFileComesFirst() async throws {
        let named = try folder.write(CredentialsFolder.serviceAccount)
        _ = try folder.write(CredentialsFolder.user, to: "application_default_credentials.json")
        let source = try await find(["GOOGLE_APPLICATION_CREDENTIALS": named, "CLOUDSDK_CONFIG": folder.path])
        #expect(tokenServer.requests.isEmpty, "No token is asked for before it is needed.")
        #expect(try await source.accessToken() == AccessToken(secret: "a-token"))
        #expect(try form(tokenServer.requests[0])["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer")
    }

    @Test(arguments: ["CLOUDSDK_CONFIG", "HOME"])
    func thenTheWellKnownFile(_ variable: String) async throws {
        let name = "application_default_credentials.json"
        _ = try folder.write(CredentialsFolder.user, to: variable == "HOME" ? ".config/gcloud/\(name)" : name)
        let source = try await find([variable: folder.path])
        #expect(try await source.accessToken() == AccessToken(secret: "a-token", quotaProject: "billed"))
        #expect(
            try form(tokenServer.requests[0]) == [
                "grant_type": "refresh_token", "client_id": "an-id", "client_secret": "hush/hush+",
                "refresh_token": "1//refresh",
            ])
        #expect(tokenServer.requests.map(\.url) == ["https://oauth2.googleapis.com/token"])
    }

    @Test func thenTheMetadataServer() async throws {
        let source = try await find(["HOME": folder.path, "GCE_METADATA_HOST": "127.0.0.1:9"])
        #expect(try await source.accessToken() == AccessToken(secret: "a-token"))
        #expect(
            tokenServer.requests.map(\.url) == [
                "http://127.0.0.1:9/computeMetadata/v1/project/project-id",
                "http://127.0.0.1:9/computeMetadata/v1/instance/service-accounts/default/token",
            ])
        #expect(tokenServer.requests.allSatisfy { $0.headers["metadata-flavor"] == "Google" })
        #expect(tokenServer.requests.allSatisfy { $0.isDirect }, "by a proxy it would be another machine's account")
    }

    @Test func theMetadataServerHasAName() async throws {
        _ = try await find([:])
        #expect(tokenServer.requests[0].url.hasPrefix("http://metadata.google.internal/computeMetadata/v1/"))
        #expect(tokenServer.requests[0].timeout <= .seconds(1))
    }

    @Test func nothingThere() async throws {
        for transport in [
            ScriptedTransport { _ in throw notConnected },
            // Somebody's proxy or landing page.
            ScriptedTransport.answering(HTTPResponse(status: 200, body: Array("research".utf8))),
        ] {
            await #expect { try await find([:], transport) } throws: { LedgerError.Code.forbidden ~= $0 }
            #expect(transport.requests.count == 1)
        }
        await #expect { try await find(["NO_GCE_CHECK": "true"]) } throws: { LedgerError.Code.forbidden ~= $0 }
        #expect(tokenServer.requests.isEmpty)
    }

    @Test func aSlowMetadataServerIsAskedAgain() async throws {
        let slow = HTTPFailure(.timedOut, "It took too long.", mayHaveArrived: true)
        let transport = ScriptedTransport { _ in throw slow }
        await #expect { try await find([:], transport) } throws: { LedgerError.Code.forbidden ~= $0 }
        #expect(transport.requests.count == 3)
    }

    @Test func theAssertionIsSignedByTheKey() async throws {
        let path = try folder.write(CredentialsFolder.serviceAccount)
        _ = try await find(["GOOGLE_APPLICATION_CREDENTIALS": path]).accessToken()
        let assertion = try #require(try form(tokenServer.requests[0])["assertion"])
        #expect(try await TestIssuer().isValid(assertion))
        #expect(try await !TestIssuer(pem: TestKeys.second).isValid(assertion))
        let parts = try assertion.split(separator: ".").prefix(2).map {
            try JSONText(#require(TestIssuer.decode(String($0)))).value()
        }
        let now = clock.now.microseconds / 1_000_000
        #expect(parts[0] == ["alg": "RS256", "typ": "JWT", "kid": "first"])
        #expect(
            parts[1] == [
                "iss": .string(CredentialsFolder.email), "aud": "https://oauth2.googleapis.com/token",
                "scope": "https://www.googleapis.com/auth/cloud-platform", "iat": .integer(now),
                "exp": .integer(now + 3600),
            ])
    }

    @Test func theEnvironmentSaysWhoIsBilled() async throws {
        let path = try folder.write(CredentialsFolder.user)
        let source = try await find([
            "GOOGLE_APPLICATION_CREDENTIALS": path, "GOOGLE_CLOUD_QUOTA_PROJECT": "other",
        ])
        #expect(try await source.accessToken()?.quotaProject == "other")
    }

    @Test func aMissingFileIsNamed() async throws {
        let path = "\(folder.path)/none.json"
        await #expect { try await find(["GOOGLE_APPLICATION_CREDENTIALS": path]) } throws: {
            LedgerError.Code.invalidValue ~= $0 && "\($0)".contains(path)
        }
        await #expect { try await find(["GOOGLE_APPLICATION_CREDENTIALS": folder.path]) } throws: {
            LedgerError.Code.invalidValue ~= $0 && "\($0)".contains(folder.path)
        }
    }

    @Test func filesThatCannotBeUsedAreNamedAndNotShown() async throws {
        var cases: [(String, LedgerError.Code, String)] = [
            ("", .invalidValue, "JSON"), ("topsecret", .invalidValue, "JSON"),
            ("[\"topsecret\"]", .invalidValue, "JSON"),
            (#"{"private_key":"topsecret"}"#, .invalidValue, "type"),
            (#"{"type":"external_account","audience":"topsecret"}"#, .unsupported, "external_account"),
            (#"{"type":"impersonated_service_account"}"#, .unsupported, "impersonated_service_account"),
            (#"{"type":"topsecret <b>"}"#, .unsupported, "?"),
        ]
        for field in ["client_email", "private_key"] {
            for value in [nil, 7, ""] as [JSONValue?] {
                var fields = CredentialsFolder.serviceAccount
                fields[field] = value
                cases.append((fields.description, .invalidValue, field))
            }
        }
        for field in ["client_id", "client_secret", "refresh_token"] {
            var fields = CredentialsFolder.user
            fields[field] = nil
            cases.append((fields.description, .invalidValue, field))
        }
        for (field, value) in [
            ("private_key", "topsecret"),
            ("private_key", "-----BEGIN PRIVATE KEY-----\ntopsecret\n-----END PRIVATE KEY-----"),
            ("token_uri", "http://topsecret.example.org/token"), ("token_uri", "topsecret"),
        ] {
            var fields = CredentialsFolder.serviceAccount
            fields[field] = .string(value)
            cases.append((fields.description, .invalidValue, field))
        }
        for (text, code, named) in cases {
            let path = try folder.write(text)
            await #expect("\(named)") { try await find(["GOOGLE_APPLICATION_CREDENTIALS": path]) } throws: { error in
                let shown = "\(error) \((error as? LedgerError)?.details ?? [:])"
                return code ~= error && shown.contains(path) && shown.contains(named) && !shown.contains("topsecret")
                    && !shown.contains("hush")
            }
        }
        #expect(tokenServer.requests.isEmpty)
    }

    @Test func refusalsAndFailuresAreToldApart() async throws {
        let path = try folder.write(CredentialsFolder.user)
        let secret = #"{"error":"invalid_grant","error_description":"1//refresh was revoked"}"#
        for (status, body, code) in [
            (400, secret, LedgerError.Code.forbidden), (401, "", .forbidden), (403, "{", .forbidden),
            (408, secret, .unavailable), (429, "", .unavailable), (500, "", .unavailable), (503, secret, .unavailable),
            (200, "", .unavailable), (200, "{}", .unavailable), (302, "", .unavailable),
            (200, #"{"access_token":"a b","expires_in":5}"#, .unavailable),
            (200, #"{"access_token":"a\r\nb: c","expires_in":5}"#, .unavailable),
            (200, #"{"access_token":"","expires_in":5}"#, .unavailable),
            (200, #"{"access_token":"1//refresh","expires_in":0}"#, .unavailable),
            (200, #"{"access_token":"1//refresh","expires_in":-1}"#, .unavailable),
            (200, #"{"access_token":"1//refresh","expires_in":9223372036854775807}"#, .unavailable),
            (200, #"{"access_token":"1//refresh"}"#, .unavailable),
        ] as [(Int, String, LedgerError.Code)] {
            let transport = ScriptedTransport.answering(HTTPResponse(status: status, body: Array(body.utf8)))
            let source = try await find(["GOOGLE_APPLICATION_CREDENTIALS": path], transport)
            await #expect("\(status) \(body)") { try await source.accessToken() } throws: { error in
                let shown = "\(error) \((error as? LedgerError)?.details ?? [:])"
                return code ~= error && !shown.contains("1//refresh") && !shown.contains("hush")
            }
        }
        let transport = ScriptedTransport { _ in throw notConnected }
        let source = try await find(["GOOGLE_APPLICATION_CREDENTIALS": path], transport)
        await #expect { try await source.accessToken() } throws: { LedgerError.Code.unavailable ~= $0 }
    }

    @Test func theMetadataServerMayHaveNoAccount() async throws {
        let transport = ScriptedTransport { request in
            request.url.hasSuffix("/token")
                ? HTTPResponse(status: 404, headers: ["Metadata-Flavor": "Google"])
                : HTTPResponse(status: 200, headers: ["Metadata-Flavor": "Google"], body: Array("research".utf8))
        }
        let source = try await find([:], transport)
        await #expect { try await source.accessToken() } throws: { LedgerError.Code.forbidden ~= $0 }
    }

    @Test func aTokenDoesNotShowItself() {
        #expect(!"\(AccessToken(secret: "topsecret"))".contains("topsecret"))
    }

    private func form(_ request: HTTPRequest) throws -> [String: String] {
        #expect(request.method == .post)
        #expect(request.headers["content-type"] == "application/x-www-form-urlencoded")
        var form: [String: String] = [:]
        for pair in String(decoding: request.body, as: UTF8.self).split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            let value: String = try #require(parts.last?.removingPercentEncoding)
            form[String(parts[0])] = value
        }
        return form
    }
}
