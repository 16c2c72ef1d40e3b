import EventLedger
import JWTKit

/// Signatures by RSA with PKCS #1 v1.5 and SHA-256, the one algorithm of Google's tokens.
///
/// A key is bound to it when it is made; what the header of a token says selects nothing.
struct RS256: Sendable {
    private let algorithm: any JWTAlgorithm

    /// A key that can sign and verify.
    ///
    /// - Parameter pem: PKCS #8 or PKCS #1; at least 2048 bits.
    init(privateKey pem: String) async throws {
        try await self.init(Insecure.RSA.PrivateKey(pem: pem))
    }

    /// A key that can verify.
    ///
    /// - Parameters:
    ///   - modulus: At least 2048 bits, in base64url.
    ///   - exponent: In base64url.
    init(modulus: String, exponent: String) async throws {
        try await self.init(Insecure.RSA.PublicKey(modulus: modulus, exponent: exponent))
    }

    private init(_ key: some RSAKey) async throws {
        let keys = JWTKeyCollection()
        await keys.add(rsa: key, digestAlgorithm: .sha256)
        algorithm = try await keys.getKey()
    }

    func isValid(_ signature: [UInt8], of bytes: some Collection<UInt8>) -> Bool {
        (try? algorithm.verify(signature, signs: Array(bytes))) ?? false
    }

    /// Makes a token.
    ///
    /// - Parameter keyID: The name of the key, for the header.
    func token(_ claims: JSONObject, keyID: String?) throws -> String {
        var header: JSONObject = ["alg": "RS256", "typ": "JWT"]
        if let keyID { header["kid"] = .string(keyID) }
        let input = Base64URL.encode(header.canonicalBytes) + "." + Base64URL.encode(claims.canonicalBytes)
        return input + "." + Base64URL.encode(try algorithm.sign(Array(input.utf8)))
    }
}
