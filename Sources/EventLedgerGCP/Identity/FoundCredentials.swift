import EventLedger

/// Credentials, and what can be made of them.
struct FoundCredentials: Sendable {
    /// What they are.
    enum Origin: Sendable {
        case serviceAccount(ServiceAccountKey.Signer)
        case user(UserCredentials)
        case metadata(MetadataServer)
    }

    let origin: Origin
    /// The project that they name.
    let project: String?
    let quotaProject: String?
    let transport: any HTTPTransport
    let clock: any LedgerClock

    func accessTokens() -> any AccessTokenSource {
        CachedAccessTokens(clock: clock, quotaProject: quotaProject) { [origin, transport, clock] in
            switch origin {
            case .serviceAccount(let signer): try await signer.accessToken(transport, clock)
            case .user(let user): try await user.accessToken(transport, clock)
            case .metadata(let server): try await server.accessToken()
            }
        }
    }

    /// The project that the credentials name, or that the machine is in.
    ///
    /// - Returns: `nil` for a user's credentials, which belong to none.
    func projectID() async throws -> String? {
        guard project == nil, case .metadata(let server) = origin else { return project }
        return try await server.project()
    }

    func identityTokens(for audience: String) throws -> any IdentityTokenSource {
        switch origin {
        case .serviceAccount(let signer):
            CachedIdentityTokens(
                cache: TokenCache(clock: clock) { [transport, clock] in
                    try await signer.identityToken(for: audience, transport, clock)
                }
            )
        case .metadata(let server):
            CachedIdentityTokens(cache: TokenCache(clock: clock) { try await server.identityToken(for: audience) })
        case .user:
            throw LedgerError(
                .unsupported,
                "A user's credentials give no identity tokens for '\(audience)'. Use the key of a service account."
            )
        }
    }
}
