import EventLedger
import EventLedgerGCP
import Foundation
import JWTKit

/// Makes identity tokens as Google does, or as an attacker would, independently of what the library signs with.
struct TestIssuer: Sendable {
    let keyID: String
    private let pem: String

    init(keyID: String = "first", pem: String = TestKeys.first) {
        self.keyID = keyID
        self.pem = pem
    }

    /// A token.
    ///
    /// - Parameter header: `nil` for the ordinary one.
    func token(_ claims: JSONValue, header: JSONValue? = nil) async throws -> String {
        let header = header ?? ["alg": "RS256", "typ": "JWT", "kid": .string(keyID)]
        let input = "\(Self.encode(header.canonicalBytes)).\(Self.encode(claims.canonicalBytes))"
        return "\(input).\(Self.encode(try await sign(Array(input.utf8))))"
    }

    /// A token signed by HMAC-SHA256 with some bytes as the secret.
    func token(_ claims: JSONValue, secret: [UInt8]) async throws -> String {
        let header: JSONValue = ["alg": "HS256", "typ": "JWT", "kid": .string(keyID)]
        let input = "\(Self.encode(header.canonicalBytes)).\(Self.encode(claims.canonicalBytes))"
        let keys = JWTKeyCollection()
        await keys.add(hmac: HMACKey(from: secret), digestAlgorithm: .sha256)
        return "\(input).\(Self.encode(try await keys.getKey().sign(Array(input.utf8))))"
    }

    private func sign(_ bytes: [UInt8]) async throws -> [UInt8] {
        let keys = JWTKeyCollection()
        await keys.add(rsa: try Insecure.RSA.PrivateKey(pem: pem), digestAlgorithm: .sha256)
        return try await keys.getKey().sign(bytes)
    }

    /// Whether the issuer's key made a signature.
    func isValid(_ token: String) async throws -> Bool {
        let parts = token.split(separator: ".").map(String.init)
        guard parts.count == 3, let signature = Self.decode(parts[2]) else { return false }
        let keys = JWTKeyCollection()
        await keys.add(rsa: try Insecure.RSA.PrivateKey(pem: pem), digestAlgorithm: .sha256)
        return try await keys.getKey().verify(signature, signs: Array("\(parts[0]).\(parts[1])".utf8))
    }

    var publicPEM: String {
        get throws { try Insecure.RSA.PrivateKey(pem: pem).publicKey.pemRepresentation }
    }

    /// The public key as an entry of a JWK set.
    var jwk: JSONValue {
        get throws {
            let key = try Insecure.RSA.PrivateKey(pem: pem).publicKey.getKeyPrimitives()
            return [
                "kty": "RSA", "alg": "RS256", "use": "sig", "kid": .string(keyID),
                "n": .string(Self.encode(Array(key.modulus))), "e": .string(Self.encode(Array(key.publicExponent))),
            ]
        }
    }

    /// What the issuer's server answers.
    static func keySet(_ issuers: [TestIssuer], cacheControl: String? = "public, max-age=3600") throws -> HTTPResponse {
        let set: JSONValue = ["keys": .array(try issuers.map { try $0.jwk })]
        var headers: HTTPHeaders = [:]
        headers["Cache-Control"] = cacheControl
        return HTTPResponse(status: 200, headers: headers, body: set.canonicalBytes)
    }

    static func encode(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    static func decode(_ text: String) -> [UInt8]? {
        let base64 = text.replacing("-", with: "+").replacing("_", with: "/")
        return Data(base64Encoded: base64 + String(repeating: "=", count: (4 - base64.count % 4) % 4)).map {
            [UInt8]($0)
        }
    }
}
