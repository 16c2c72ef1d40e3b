public import EventLedger

/// Checks the OIDC tokens that Google signs: those of Pub/Sub's push subscriptions, of Cloud Tasks, and of services that call
/// each other.
///
/// ```swift
/// let verifier = GoogleTokenVerifier(
///     audiences: ["https://worker.example.org"], emails: ["pusher@my-project.iam.gserviceaccount.com"],
///     transport: cloud.transport)
/// let caller = try await verifier.verify(authorization: request.headers["authorization"])
/// ```
///
/// Only RS256 is accepted, with the issuer's published keys, whatever the token says. The keys are kept as long as their server
/// allows. A name of a key that is not among them makes them be fetched at most once a minute. Where they cannot be fetched,
/// those that are known are used for one more hour. The claims are described in
/// https://developers.google.com/identity/openid-connect/openid-connect#an-id-tokens-payload
public struct GoogleTokenVerifier: Sendable {
    /// Google's two ways to name itself.
    public static let googleIssuers = ["https://accounts.google.com", "accounts.google.com"]
    /// Where Google publishes its keys.
    public static let googleKeysURL = "https://www.googleapis.com/oauth2/v3/certs"

    private let audiences: [String]
    private let emails: [String]
    private let issuers: [String]
    private let leeway: Duration
    private let maximumTokenBytes: Int
    private let clock: any LedgerClock
    private let keys: SigningKeyCache

    /// Makes a verifier. Make one for each endpoint and keep it: it holds the keys.
    ///
    /// - Parameters:
    ///   - audiences: Whom tokens may be made for; compared by bytes. None are accepted where it is empty.
    ///   - emails: The e-mails of the service accounts that may call; compared by bytes. None may where it is empty.
    ///   - issuers: Who may have issued tokens; compared by bytes.
    ///   - keysURL: Where the issuer publishes its keys as a JWK set: `https`, or `http` on this machine.
    ///   - leeway: How far the issuer's clock may be from this machine's: from zero to five minutes.
    ///   - maximumTokenBytes: Longer tokens are refused unread: 1 to 64 KiB.
    ///   - transport: Fetches the keys.
    ///   - clock: Says when tokens and keys expire.
    public init(
        audiences: [String], emails: [String], issuers: [String] = GoogleTokenVerifier.googleIssuers,
        keysURL: String = GoogleTokenVerifier.googleKeysURL, leeway: Duration = .seconds(60),
        maximumTokenBytes: Int = 16 << 10, transport: any HTTPTransport, clock: any LedgerClock = .system
    ) {
        self.audiences = audiences
        self.emails = emails
        self.issuers = issuers
        self.leeway = min(max(leeway, .zero), .seconds(300))
        self.maximumTokenBytes = min(max(maximumTokenBytes, 1), 64 << 10)
        self.clock = clock
        keys = SigningKeyCache(url: keysURL, transport: transport, clock: clock)
    }

    /// Checks the token that a request shows.
    ///
    /// - Parameter authorization: The value of the request's `Authorization` header, if it has one.
    /// - Throws: As ``verify(_:)``.
    public func verify(authorization: String?) async throws -> VerifiedIdentity {
        guard let token = BearerToken.token(in: authorization) else { throw TokenRejection.missing.error }
        return try await verify(token)
    }

    /// Checks a token.
    ///
    /// - Parameter token: The token alone.
    /// - Returns: Who has shown it.
    /// - Throws: ``LedgerError`` with `forbidden`, whose detail `reason` is a ``TokenRejection``; with `unavailable` where the
    ///   issuer's keys cannot be had; never with anything of the token. `CancellationError`.
    /// - Complexity: One check of an RSA signature, some 50 microseconds.
    public func verify(_ token: String) async throws -> VerifiedIdentity {
        let token = try SignedToken(token, maximumBytes: maximumTokenBytes)
        guard let key = try await keys.key(named: token.keyID) else { throw TokenRejection.unknownKey.error }
        guard key.isValid(token.signature, of: token.signed) else { throw TokenRejection.badSignature.error }
        return try identity(token.claims)
    }

    private func identity(_ claims: JSONObject) throws -> VerifiedIdentity {
        guard let issuer = claims["iss"]?.stringValue, let audience = claims["aud"]?.stringValue,
            let subject = claims["sub"]?.stringValue, !subject.isEmpty, let expiresAt = time(claims["exp"]),
            let issuedAt = time(claims["iat"])
        else { throw TokenRejection.malformed.error }
        guard Self.holds(issuers, issuer) else { throw TokenRejection.wrongIssuer.error }
        guard Self.holds(audiences, audience) else { throw TokenRejection.wrongAudience.error }
        let now = clock.now
        guard now < expiresAt + leeway else { throw TokenRejection.expired.error }
        var validFrom = issuedAt
        if let claim = claims["nbf"] {
            guard let notBefore = time(claim) else { throw TokenRejection.malformed.error }
            validFrom = max(validFrom, notBefore)
        }
        guard validFrom <= now + leeway else { throw TokenRejection.notYetValid.error }
        guard let email = claims["email"]?.stringValue, claims["email_verified"]?.boolValue == true,
            Self.holds(emails, email)
        else { throw TokenRejection.wrongEmail.error }
        return VerifiedIdentity(email: email, subject: subject, audience: audience, expiresAt: expiresAt)
    }

    /// Seconds since 1970, with or without a fraction (RFC 7519 §2).
    private func time(_ claim: JSONValue?) -> Timestamp? {
        guard let claim, let seconds = claim.doubleValue, abs(seconds) < 1e11 else { return nil }
        return Timestamp(microseconds: Int64(seconds * 1_000_000))
    }

    /// Swift takes the composed and the decomposed `é` for one; an issuer does not.
    private static func holds(_ allowed: [String], _ text: String) -> Bool {
        allowed.contains { $0.isByteEqual(to: text) }
    }
}
