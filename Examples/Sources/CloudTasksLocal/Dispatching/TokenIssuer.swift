import CryptoExtras
import EventLedger
import JWTKit
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Signs the ID tokens that tasks show, and serves the key by which they are verified.
final class TokenIssuer: Sendable {
    /// What a token says, as Google's do.
    private struct Claims: JWTPayload {
        let iss: String
        let aud: String
        let azp: String
        let sub: String
        let email: String
        let email_verified: Bool
        let iat: Int
        let exp: Int

        // Tokens are made here, and verified elsewhere.
        func verify(using algorithm: some JWTAlgorithm) async throws {}
    }

    private struct Key: Hashable {
        let email: String
        let audience: String
    }

    private let keys: JWTKeyCollection
    private let kid: JWKIdentifier
    private let clock: any LedgerClock
    private let address = Mutex("")
    private let made = Mutex<[Key: (token: String, until: Timestamp)]>([:])
    /// What `/certs` answers.
    let keySet: JSONObject

    /// Takes the key of earlier runs with the same ledger, or makes one, so that a restart does not invalidate tokens.
    static func make(keptIn ledger: any Ledger) async throws -> TokenIssuer {
        let document = DocumentKey("keys", "signing")
        if let fields = try await ledger.documents.document(document)?.fields,
            let pem = fields["pem"]?.stringValue, let kid = fields["kid"]?.stringValue
        {
            return try await TokenIssuer(JWTKit.Insecure.RSA.PrivateKey(pem: pem), kid: kid, clock: ledger.clock)
        }
        let key = try JWTKit.Insecure.RSA.PrivateKey(backing: _RSA.Signing.PrivateKey(keySize: .bits2048))
        let kid = UUID().uuidString.lowercased()
        try await ledger.documents.write([
            .put(document, ["pem": .string(key.pemRepresentation), "kid": .string(kid)], if: .absent)
        ])
        return try await TokenIssuer(key, kid: kid, clock: ledger.clock)
    }

    private init(_ key: JWTKit.Insecure.RSA.PrivateKey, kid: String, clock: any LedgerClock) async throws {
        self.clock = clock
        self.kid = JWKIdentifier(string: kid)
        keys = JWTKeyCollection()
        await keys.add(rsa: key, digestAlgorithm: .sha256, kid: self.kid)
        let numbers = try key.publicKey.getKeyPrimitives()
        keySet = [
            "keys": [
                [
                    "kty": "RSA", "alg": "RS256", "use": "sig", "kid": .string(kid),
                    "n": .string(Self.base64URL(numbers.modulus)),
                    "e": .string(Self.base64URL(numbers.publicExponent)),
                ]
            ]
        ]
    }

    /// Who issues the tokens.
    var issuer: String {
        get { address.withLock { $0 } }
        set { address.withLock { $0 = newValue } }
    }

    /// A token that is valid for at least half an hour.
    func token(for email: String, audience: String) async throws -> String {
        let now = clock.now
        let key = Key(email: email, audience: audience)
        if let known = made.withLock({ $0[key] }), known.until > now { return known.token }
        let seconds = Int(now.microseconds / 1_000_000)
        let claims = Claims(
            iss: issuer, aud: audience, azp: email, sub: email, email: email, email_verified: true, iat: seconds,
            exp: seconds + 3600
        )
        let token = try await keys.sign(claims, kid: kid)
        made.withLock { made in
            if made.count >= 1000 { made = [:] }
            made[key] = (token, now + .seconds(1800))
        }
        return token
    }

    private static func base64URL(_ data: Data) -> String {
        var text = data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
        while text.last == "=" { text.removeLast() }
        return text
    }
}
