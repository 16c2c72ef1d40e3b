public import EventLedger

/// Who has shown a token that ``GoogleTokenVerifier`` accepted.
public struct VerifiedIdentity: Hashable, Sendable {
    /// The e-mail of the service account.
    public let email: String
    /// Google's lasting id of the account.
    public let subject: String
    /// Whom the token was made for.
    public let audience: String
    /// When the token expires.
    public let expiresAt: Timestamp

    /// Makes an identity.
    public init(email: String, subject: String, audience: String, expiresAt: Timestamp) {
        self.email = email
        self.subject = subject
        self.audience = audience
        self.expiresAt = expiresAt
    }
}
