import EventLedger
import EventLedgerGCP
import EventLedgerTesting
import Synchronization
import Testing

/// A verifier with a clock that stands, and a server of keys that can change and go away.
final class VerifierBench: Sendable {
    static let audience = "https://worker.example.org", email = "pusher@project.iam.gserviceaccount.com"

    let clock = TestClock()
    let transport: ScriptedTransport
    let verifier: GoogleTokenVerifier
    private let script: Script

    init(_ issuers: [TestIssuer] = [TestIssuer()], cacheControl: String? = "public, max-age=3600") throws {
        let script = Script(try TestIssuer.keySet(issuers, cacheControl: cacheControl))
        transport = ScriptedTransport { _ in try script.answer.withLock { try $0.get() } }
        self.script = script
        verifier = GoogleTokenVerifier(
            audiences: [Self.audience], emails: [Self.email], transport: transport, clock: clock
        )
    }

    private final class Script: Sendable {
        let answer: Mutex<Result<HTTPResponse, HTTPFailure>>

        init(_ response: HTTPResponse) { answer = Mutex(.success(response)) }
    }

    func publish(_ issuers: [TestIssuer]) throws {
        let response = try TestIssuer.keySet(issuers)
        script.answer.withLock { $0 = .success(response) }
    }

    func fail() { script.answer.withLock { $0 = .failure(notConnected) } }

    /// The claims of a token that is good for an hour, with some changed; `nil` takes one away.
    func claims(_ changes: [String: JSONValue?] = [:]) -> JSONValue {
        let now = clock.now.microseconds / 1_000_000
        var claims: JSONObject = [
            "iss": "https://accounts.google.com", "aud": .string(Self.audience), "sub": "1234567890",
            "email": .string(Self.email), "email_verified": true, "iat": .integer(now), "exp": .integer(now + 3600),
        ]
        for (name, value) in changes { claims[name] = value }
        return .object(claims)
    }

    /// Claims whose times are so many seconds from now.
    func claims(issued: Int64, expires: Int64) -> JSONValue {
        let now = clock.now.microseconds / 1_000_000
        return claims(["iat": .integer(now + issued), "exp": .integer(now + expires)])
    }

    /// Checks that a token is refused for a reason, with nothing of it in the error.
    func expectRefused(
        _ token: String, _ reason: TokenRejection, sourceLocation: SourceLocation = #_sourceLocation
    ) async {
        do {
            let identity = try await verifier.verify(token)
            Issue.record("Accepted as \(identity).", sourceLocation: sourceLocation)
        } catch let error as LedgerError {
            #expect(error.code == .forbidden, sourceLocation: sourceLocation)
            #expect(error.details == ["reason": reason.rawValue], sourceLocation: sourceLocation)
            for part in token.split(separator: ".") where part.count > 8 {
                #expect(!"\(error)".contains(part), sourceLocation: sourceLocation)
            }
        } catch {
            Issue.record(error, sourceLocation: sourceLocation)
        }
    }
}
