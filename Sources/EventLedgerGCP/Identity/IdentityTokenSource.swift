/// Where the token comes from by which a service shows another one who it is. Its audience was decided when the source was
/// made; see ``ApplicationDefaultCredentials/identityTokens(for:environment:transport:clock:)``.
public protocol IdentityTokenSource: Sendable {
    /// An OIDC token signed by Google that is valid for some more time: a secret, for the header `Authorization: Bearer`.
    ///
    /// - Throws: ``LedgerError`` with `forbidden` or `unavailable`, never with a secret in it.
    func identityToken() async throws -> String
}

/// Identity tokens from a credential, each used until shortly before it expires.
struct CachedIdentityTokens: IdentityTokenSource {
    let cache: TokenCache<String>

    func identityToken() async throws -> String { try await cache.token() }
}
