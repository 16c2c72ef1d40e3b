import EventLedger
import EventLedgerGCP
import EventLedgerTesting
import Testing

@Suite struct SigningKeyCacheTests {
    let first = TestIssuer(), second = TestIssuer(keyID: "second", pem: TestKeys.second)

    @Test func oneFetchHoweverManyAsk() async throws {
        let bench = try VerifierBench()
        let token = try await first.token(bench.claims())
        try await withThrowingTaskGroup(of: VerifiedIdentity.self) { group in
            for _ in 0..<100 { group.addTask { try await bench.verifier.verify(token) } }
            try await group.waitForAll()
        }
        #expect(bench.transport.requests.count == 1)
    }

    @Test func aNewKeyIsFetchedOnce() async throws {
        let bench = try VerifierBench()
        _ = try await bench.verifier.verify(first.token(bench.claims()))
        try bench.publish([first, second])
        let token = try await second.token(bench.claims())
        try await withThrowingTaskGroup(of: VerifiedIdentity.self) { group in
            for _ in 0..<100 { group.addTask { try await bench.verifier.verify(token) } }
            try await group.waitForAll()
        }
        #expect(bench.transport.requests.count == 2)
    }

    @Test func unknownKeysAreLookedForOnceAMinute() async throws {
        let bench = try VerifierBench()
        _ = try await bench.verifier.verify(first.token(bench.claims()))
        for number in 0..<50 {
            let stranger = TestIssuer(keyID: "stranger \(number)", pem: TestKeys.second)
            await bench.expectRefused(try await stranger.token(bench.claims()), .unknownKey)
        }
        #expect(bench.transport.requests.count == 2)
        bench.clock.advance(by: .seconds(60))
        await bench.expectRefused(try await second.token(bench.claims()), .unknownKey)
        await bench.expectRefused(try await second.token(bench.claims()), .unknownKey)
        #expect(bench.transport.requests.count == 3)
    }

    @Test func aKeyThatIsNoLongerPublishedIsForgotten() async throws {
        let bench = try VerifierBench()
        _ = try await bench.verifier.verify(first.token(bench.claims()))
        try bench.publish([second])
        bench.clock.advance(by: .seconds(3599))
        _ = try await bench.verifier.verify(first.token(bench.claims()))
        #expect(bench.transport.requests.count == 1)
        bench.clock.advance(by: .seconds(1))
        await bench.expectRefused(try await first.token(bench.claims()), .unknownKey)
        _ = try await bench.verifier.verify(second.token(bench.claims()))
        #expect(bench.transport.requests.count == 2)
    }

    @Test(
        arguments: [
            ("max-age=120", 120), ("public, max-age=7200, must-revalidate", 7200), ("no-store, max-age=7200", 60),
            ("max-age=0", 60), ("max-age=-5", 60), ("max-age=9999999", 86_400), ("max-age=many", 300), (nil, 300),
        ] as [(String?, Int)])
    func keysAreKeptAsLongAsTheServerSays(_ cacheControl: String?, _ seconds: Int) async throws {
        let bench = try VerifierBench(cacheControl: cacheControl)
        _ = try await bench.verifier.verify(first.token(bench.claims()))
        bench.clock.advance(by: .seconds(seconds - 1))
        _ = try await bench.verifier.verify(first.token(bench.claims()))
        #expect(bench.transport.requests.count == 1)
        bench.clock.advance(by: .seconds(1))
        _ = try await bench.verifier.verify(first.token(bench.claims()))
        #expect(bench.transport.requests.count == 2)
    }

    @Test func knownKeysAreUsedWhileTheServerIsAwayButNotForEver() async throws {
        let bench = try VerifierBench()
        _ = try await bench.verifier.verify(first.token(bench.claims()))
        bench.fail()
        bench.clock.advance(by: .seconds(3600))
        for _ in 0..<10 { _ = try await bench.verifier.verify(first.token(bench.claims())) }
        #expect(bench.transport.requests.count == 2, "After a failure nothing is asked for a while.")
        bench.clock.advance(by: .seconds(3599))
        _ = try await bench.verifier.verify(first.token(bench.claims()))
        bench.clock.advance(by: .seconds(1))
        await expectUnavailable(bench, first)
        try bench.publish([first])
        bench.clock.advance(by: .seconds(5))
        _ = try await bench.verifier.verify(first.token(bench.claims()))
    }

    @Test func withoutAnyKeysNothingIsKnown() async throws {
        let bench = try VerifierBench()
        bench.fail()
        await expectUnavailable(bench, first)
        await expectUnavailable(bench, first)
        #expect(bench.transport.requests.count == 1)
    }

    @Test func aKeyThatCannotBeLookedForIsNotCalledUnknown() async throws {
        let bench = try VerifierBench()
        _ = try await bench.verifier.verify(first.token(bench.claims()))
        bench.fail()
        await expectUnavailable(bench, second)
        await expectUnavailable(bench, second)
        #expect(bench.transport.requests.count == 2)
        _ = try await bench.verifier.verify(first.token(bench.claims()))
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"keys":[]}"#, #"{"keys":[{"kty":"RSA","kid":"first","n":"AQAB","e":"AQAB"}]}"#,
        #"{"keys":[{"kty":"oct","kid":"first","k":"AQAB"}]}"#, #"{"keys":[7,null,"x"]}"#, "<html>",
        #"{"keys":[{"kty":"RSA","kid":"first","n":"","e":""}]}"#,
        #"{"keys":[{"kty":"RSA","kid":"first","n":"?","e":"!"}]}"#,
    ])
    func anUnusableKeySetIsAFailure(_ body: String) async throws {
        let clock = TestClock()
        let transport = ScriptedTransport { _ in HTTPResponse(status: 200, body: Array(body.utf8)) }
        let verifier = GoogleTokenVerifier(audiences: ["a"], emails: ["e"], transport: transport, clock: clock)
        let token = try await first.token(["aud": "a"])
        await #expect { try await verifier.verify(token) } throws: { LedgerError.Code.unavailable ~= $0 }
    }

    @Test func keysAreNotTakenOverAnOpenNetwork() async throws {
        let clock = TestClock()
        let transport = try ScriptedTransport.answering(TestIssuer.keySet([first]))
        for (url, isAllowed) in [
            ("http://example.org/keys", false), ("ftp://example.org/keys", false), ("keys", false),
            ("http://localhost.example.org/keys", false), ("http://127.0.0.1:9/keys", true),
            ("https://example.org/k", true),
        ] {
            let verifier = GoogleTokenVerifier(
                audiences: ["a"], emails: ["e"], keysURL: url, transport: transport, clock: clock)
            let token = try await first.token([:])
            let code: LedgerError.Code = isAllowed ? .forbidden : .invalidValue
            await #expect { try await verifier.verify(token) } throws: { code ~= $0 }
        }
        #expect(transport.requests.count == 2)
    }

    private func expectUnavailable(_ bench: VerifierBench, _ issuer: TestIssuer) async {
        await #expect { try await bench.verifier.verify(issuer.token(bench.claims())) } throws: {
            LedgerError.Code.unavailable ~= $0
        }
    }
}
