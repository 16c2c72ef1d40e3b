/// Where the token comes from that a request to Google shows.
public protocol AccessTokenSource: Sendable {
    /// A token that is valid for some more time; `nil` where none is needed, as with an emulator.
    ///
    /// - Throws: ``LedgerError`` with `forbidden` where the credentials are refused or missing, or `unavailable` where the
    ///   token cannot be fetched; never with a secret in it.
    func accessToken() async throws -> AccessToken?

    /// Does not give out a token again that Google refused although it should be valid, as after it was revoked.
    ///
    /// A source that keeps none does nothing, which is the default.
    ///
    /// - Parameter token: What was refused. Another one that was fetched meanwhile stays.
    func discard(_ token: AccessToken) async
}

extension AccessTokenSource {
    public func discard(_ token: AccessToken) async {}
}

/// A token that Google's services accept. Its description does not show it.
public struct AccessToken: Hashable, Sendable, CustomStringConvertible {
    /// The token itself, a secret.
    public let secret: String
    /// Google's name of the project that is billed for the calls, where the credentials name one.
    public let quotaProject: String?

    /// Makes a token.
    public init(secret: String, quotaProject: String? = nil) {
        self.secret = secret
        self.quotaProject = quotaProject
    }

    public var description: String { "AccessToken(hidden)" }
}

/// No tokens: what emulators take.
public struct NoAccessTokens: AccessTokenSource {
    /// Makes the source.
    public init() {}

    public func accessToken() async throws -> AccessToken? { nil }
}
