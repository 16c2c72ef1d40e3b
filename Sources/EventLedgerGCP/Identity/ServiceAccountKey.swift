import EventLedger

/// The key of a service account: it signs a statement, for which Google gives a token.
///
/// Format and exchange: https://developers.google.com/identity/protocols/oauth2/service-account
struct ServiceAccountKey: Sendable {
    let project: String?
    let quotaProject: String?
    private let email: String
    private let keyID: String?
    private let tokenURL: String
    private let pem: String
    private let path: String

    init(_ file: CredentialsFile.Fields) throws {
        project = file.optional("project_id")
        quotaProject = file.optional("quota_project_id")
        email = try file.text("client_email")
        keyID = file.optional("private_key_id")
        tokenURL = file.optional("token_uri") ?? TokenEndpoint.google
        pem = try file.text("private_key")
        path = file.path
        try TrustedURL.check(tokenURL, "The token_uri in the credentials file '\(path)'")
    }

    /// The key, ready to sign.
    ///
    /// - Throws: ``LedgerError`` with `invalidValue`.
    func signer() async throws -> Signer {
        guard let key = try? await RS256(privateKey: pem) else {
            throw LedgerError(
                .invalidValue,
                "The private_key in the credentials file '\(path)' is not an RSA key of at least 2048 bits in PEM.",
                details: ["path": path, "field": "private_key"]
            )
        }
        return Signer(key: key, keyID: keyID, email: email, tokenURL: tokenURL)
    }

    /// Signs statements and exchanges them.
    struct Signer: Sendable {
        let key: RS256
        let keyID: String?
        let email: String
        let tokenURL: String

        /// What is exchanged for an access token.
        func assertion(scope: String, at now: Timestamp) throws -> String { try sign(["scope": .string(scope)], now) }

        func accessToken(_ transport: any HTTPTransport, _ clock: any LedgerClock) async throws -> TokenGrant<String> {
            let assertion = try assertion(scope: TokenEndpoint.scope, at: clock.now)
            return try await endpoint(transport, clock).accessToken(form(assertion))
        }

        func identityToken(
            for audience: String, _ transport: any HTTPTransport, _ clock: any LedgerClock
        ) async throws -> TokenGrant<String> {
            let assertion = try sign(["target_audience": .string(audience)], clock.now)
            return try await endpoint(transport, clock).identityToken(form(assertion))
        }

        private func sign(_ claims: JSONObject, _ now: Timestamp) throws -> String {
            let seconds = now.microseconds / 1_000_000
            var claims = claims
            claims["iss"] = .string(email)
            claims["aud"] = .string(tokenURL)
            claims["iat"] = .integer(seconds)
            claims["exp"] = .integer(seconds + 3600)
            return try key.token(claims, keyID: keyID)
        }

        private func form(_ assertion: String) -> [(String, String)] {
            [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", assertion)]
        }

        private func endpoint(_ transport: any HTTPTransport, _ clock: any LedgerClock) -> TokenEndpoint {
            TokenEndpoint(
                url: tokenURL, identity: "the service account '\(email)'", transport: transport, clock: clock
            )
        }
    }
}
