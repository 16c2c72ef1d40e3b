import EventLedger
import EventLedgerGCP
import EventLedgerTesting
import TestSupport
import Testing

@Suite struct GoogleTokenVerifierTests {
    let issuer = TestIssuer()
    let bench: VerifierBench

    init() throws { bench = try VerifierBench() }

    @Test func acceptsAGoodToken() async throws {
        let identity = try await bench.verifier.verify(issuer.token(bench.claims()))
        #expect(identity.email == VerifierBench.email)
        #expect(identity.subject == "1234567890")
        #expect(identity.audience == VerifierBench.audience)
        #expect(identity.expiresAt == bench.clock.now + .seconds(3600))
        #expect(bench.transport.requests.map(\.url) == [GoogleTokenVerifier.googleKeysURL])
    }

    @Test func acceptsGooglesOtherName() async throws {
        _ = try await bench.verifier.verify(issuer.token(bench.claims(["iss": "accounts.google.com"])))
    }

    @Test func takesTheTokenFromTheHeader() async throws {
        let token = try await issuer.token(bench.claims())
        for scheme in ["Bearer ", "bearer ", "BEARER   "] {
            _ = try await bench.verifier.verify(authorization: scheme + token)
        }
        for header in [
            nil, "", "Bearer", "Bearer ", "Basic \(token)", token, "Bearer \(token) \(token)", "Bearer\t\(token)",
        ] {
            await #expect(throws: LedgerError.self) { try await bench.verifier.verify(authorization: header) }
        }
    }

    @Test func refusesTokensThatAreNotSigned() async throws {
        let claims = bench.claims()
        for name in ["none", "None", "NONE", ""] {
            let header: JSONValue = ["alg": .string(name), "kid": "first"]
            let signed = try await issuer.token(claims, header: header)
            await bench.expectRefused(signed, .unsupportedAlgorithm)
            let unsigned = signed.split(separator: ".").prefix(2).joined(separator: ".") + "."
            await bench.expectRefused(unsigned, .unsupportedAlgorithm)
        }
        let stripped = try await issuer.token(claims).split(separator: ".").prefix(2).joined(separator: ".") + "."
        await bench.expectRefused(stripped, .badSignature)
        #expect(bench.transport.requests.count == 1, "No key is looked at for what is refused by its header.")
    }

    @Test func refusesThePublicKeyAsASecret() async throws {
        let pem = try issuer.publicPEM
        await bench.expectRefused(
            try await issuer.token(bench.claims(), secret: Array(pem.utf8)), .unsupportedAlgorithm)
        // The same signature below a header that promises RS256.
        let forged = try await issuer.token(bench.claims(), secret: Array(pem.utf8)).split(separator: ".")
        let header = try #require(try await issuer.token(bench.claims()).split(separator: ".").first)
        await bench.expectRefused("\(header).\(forged[1]).\(forged[2])", .badSignature)
    }

    @Test(arguments: ["RS384", "RS512", "PS256", "ES256", "HS256", "rs256", "RS256 "])
    func refusesOtherAlgorithms(_ name: String) async throws {
        let token = try await issuer.token(bench.claims(), header: ["alg": .string(name), "kid": "first"])
        await bench.expectRefused(token, .unsupportedAlgorithm)
    }

    @Test func refusesCriticalExtensions() async throws {
        let header: JSONValue = ["alg": "RS256", "kid": "first", "crit": ["exp"]]
        await bench.expectRefused(try await issuer.token(bench.claims(), header: header), .unsupportedAlgorithm)
    }

    @Test func refusesAnotherKey() async throws {
        let attacker = TestIssuer(keyID: "first", pem: TestKeys.second)
        await bench.expectRefused(try await attacker.token(bench.claims()), .badSignature)
    }

    @Test func refusesAKeyThatTheTokenBringsAlong() async throws {
        let attacker = TestIssuer(keyID: "first", pem: TestKeys.second)
        let header: JSONValue = ["alg": "RS256", "kid": "first", "jwk": try attacker.jwk, "jku": "https://a.example"]
        await bench.expectRefused(try await attacker.token(bench.claims(), header: header), .badSignature)
    }

    @Test func refusesOtherClaims() async throws {
        let cases: [(String, JSONValue?, TokenRejection)] = [
            ("iss", "https://accounts.google.com.example.org", .wrongIssuer), ("iss", "", .wrongIssuer),
            ("iss", nil, .malformed), ("iss", 1, .malformed),
            ("aud", "https://worker.example.org/", .wrongAudience), ("aud", "", .wrongAudience),
            ("aud", nil, .malformed), ("aud", ["https://worker.example.org"], .malformed),
            ("email", "other@project.iam.gserviceaccount.com", .wrongEmail), ("email", nil, .wrongEmail),
            ("email", "Pusher@project.iam.gserviceaccount.com", .wrongEmail), ("email", ["a"], .wrongEmail),
            ("email_verified", false, .wrongEmail), ("email_verified", nil, .wrongEmail),
            ("email_verified", "true", .wrongEmail), ("email_verified", 1, .wrongEmail),
            ("sub", nil, .malformed), ("sub", "", .malformed),
            ("exp", nil, .malformed), ("exp", "4102444800", .malformed), ("exp", nil, .malformed),
            ("exp", .integer(.max), .malformed), ("exp", .integer(.min), .malformed), ("exp", 1e300, .malformed),
            ("iat", nil, .malformed), ("iat", true, .malformed), ("nbf", "now", .malformed),
        ]
        for (name, value, reason) in cases {
            let token = try await issuer.token(bench.claims([name: value]))
            await bench.expectRefused(token, reason)
        }
    }

    @Test func timesHaveALittleLeeway() async throws {
        _ = try await bench.verifier.verify(issuer.token(bench.claims(issued: -3600, expires: -59)))
        await bench.expectRefused(try await issuer.token(bench.claims(issued: -3600, expires: -60)), .expired)
        _ = try await bench.verifier.verify(issuer.token(bench.claims(issued: 60, expires: 3600)))
        await bench.expectRefused(try await issuer.token(bench.claims(issued: 61, expires: 3600)), .notYetValid)
        let later = bench.clock.now.microseconds / 1_000_000 + 120
        await bench.expectRefused(
            try await issuer.token(bench.claims(["nbf": .some(.integer(later))])), .notYetValid)
    }

    @Test func refusesNobodyIsAllowed() async throws {
        let verifier = GoogleTokenVerifier(
            audiences: [], emails: [], transport: bench.transport, clock: bench.clock)
        let token = try await issuer.token(bench.claims())
        await #expect(throws: LedgerError.self) { try await verifier.verify(token) }
    }

    @Test func refusesOversizedTokens() async throws {
        let filler = JSONValue.string(String(repeating: "x", count: 16 << 10))
        await bench.expectRefused(try await issuer.token(bench.claims(["filler": .some(filler)])), .oversized)
        await bench.expectRefused(String(repeating: ".", count: 1 << 20), .oversized)
        #expect(bench.transport.requests.isEmpty)
    }

    @Test func refusesMalformedTokens() async throws {
        let token = try await issuer.token(bench.claims())
        let parts = token.split(separator: ".").map(String.init)
        let encode = { (text: String) in TestIssuer.encode(Array(text.utf8)) }
        let shapes = [
            "", ".", "..", "...", "a", "a.b.c", "\(parts[0]).\(parts[1])", token + ".", "." + token, token + "=",
            "\(parts[0]).\(parts[1]).\(parts[2]).\(parts[2])", " " + token, token + "\n", "\(parts[0]) .\(parts[1]).x",
            "\(parts[0])=.\(parts[1]).\(parts[2])", "é.\(parts[1]).\(parts[2])", "\(parts[0])..\(parts[2])",
            "\(encode("[]")).\(parts[1]).\(parts[2])", "\(encode("{}")).\(parts[1]).\(parts[2])",
            "\(encode("null")).\(parts[1]).\(parts[2])", "\(encode("{\"alg\":1}")).\(parts[1]).\(parts[2])",
            "\(encode(#"{"alg":"RS256"}"#)).\(parts[1]).\(parts[2])",
            "\(encode(#"{"alg":"RS256","kid":""}"#)).\(parts[1]).\(parts[2])",
            "\(encode(#"{"alg":"RS256","kid":7}"#)).\(parts[1]).\(parts[2])",
            "\(encode(#"{"alg":"none","alg":"RS256","kid":"first"}"#)).\(parts[1]).\(parts[2])",
            "\(parts[0]).\(encode("[1]")).\(parts[2])", "\(parts[0]).\(encode("{")).\(parts[2])",
            "\(parts[0]).\(encode(String(repeating: "[", count: 6000))).\(parts[2])",
        ]
        for shape in shapes { await bench.expectRefused(shape, .malformed) }
    }

    @Test func refusesASecondSpellingOfTheSignature() async throws {
        var token = try await issuer.token(bench.claims())
        _ = try await bench.verifier.verify(token)
        // 256 bytes leave four bits of the last digit unused: 'A', 'Q', 'g' or 'w' where they are zero.
        let next: [Character: Character] = ["A": "B", "Q": "R", "g": "h", "w": "x"]
        token.append(try #require(next[token.removeLast()]))
        await bench.expectRefused(token, .malformed)
    }

    @Test func refusesEveryChangeOfAToken() async throws {
        let seed = try TestRun.seed()
        var random = SeededGenerator(seed: seed)
        let token = Array(try await issuer.token(bench.claims()).utf8)
        for _ in 0..<TestRun.count(500, thorough: 20_000) {
            var changed = token
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                changed[Int.random(in: changed.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: changed.remove(at: Int.random(in: changed.indices, using: &random))
            case 2:
                changed.insert(
                    .random(in: 0...127, using: &random), at: Int.random(in: changed.indices, using: &random))
            default:
                changed.swapAt(
                    Int.random(in: changed.indices, using: &random), Int.random(in: changed.indices, using: &random))
            }
            guard changed != token else { continue }
            let text = String(decoding: changed, as: UTF8.self)
            await #expect(throws: LedgerError.self, "\(TestRun.hint(seed))") { try await bench.verifier.verify(text) }
        }
    }
}
