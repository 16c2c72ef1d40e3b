import EventLedger

/// What `gcloud auth application-default login` keeps: a person's lasting consent, for which Google gives tokens.
struct UserCredentials: Sendable {
    let quotaProject: String?
    private let clientID: String
    private let clientSecret: String
    private let refreshToken: String
    private let path: String

    init(_ file: CredentialsFile.Fields) throws {
        quotaProject = file.optional("quota_project_id")
        clientID = try file.text("client_id")
        clientSecret = try file.text("client_secret")
        refreshToken = try file.text("refresh_token")
        path = file.path
    }

    func accessToken(_ transport: any HTTPTransport, _ clock: any LedgerClock) async throws -> TokenGrant<String> {
        // Where the consent is sent is not for the file to say; Google's clients do the same.
        let endpoint = TokenEndpoint(
            url: TokenEndpoint.google, identity: "the user credentials in '\(path)'", transport: transport, clock: clock
        )
        return try await endpoint.accessToken([
            ("grant_type", "refresh_token"), ("client_id", clientID), ("client_secret", clientSecret),
            ("refresh_token", refreshToken),
        ])
    }
}
