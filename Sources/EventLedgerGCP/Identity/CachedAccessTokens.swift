import EventLedger

/// Access tokens from a credential, each used until shortly before it expires.
struct CachedAccessTokens: AccessTokenSource {
    private let cache: TokenCache<AccessToken>

    /// Makes a source.
    ///
    /// - Parameters:
    ///   - quotaProject: The project that is billed for the calls.
    ///   - fetch: Asks for a new token.
    init(
        clock: any LedgerClock, quotaProject: String?,
        fetch: @escaping @Sendable () async throws -> TokenGrant<String>
    ) {
        cache = TokenCache(clock: clock) {
            let grant = try await fetch()
            return TokenGrant(
                token: AccessToken(secret: grant.token, quotaProject: quotaProject), expiresAt: grant.expiresAt
            )
        }
    }

    func accessToken() async throws -> AccessToken? { try await cache.token() }

    func discard(_ token: AccessToken) async { cache.discard(token) }
}
