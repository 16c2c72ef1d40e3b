import EventLedger

/// How deliveries of Cloud Tasks and of Pub/Sub show who sends them. There is no default: an endpoint that is open to everybody
/// is chosen by name.
public enum PushAuthentication: Hashable, Sendable {
    /// By a token that Google signs for a service account, with the account's e-mail address and an audience, the URL of the
    /// endpoint unless given. The endpoint's ``GoogleTokenVerifier`` is given the same two.
    ///
    /// Who makes the tasks or the subscription needs `iam.serviceAccounts.actAs` on the account.
    case serviceAccount(_ email: String, audience: String? = nil)
    /// Not at all: nothing tells a delivery from a request that anybody sends, and a ``GoogleTokenVerifier`` refuses them all.
    /// For emulators, and for endpoints that nobody else reaches.
    case unauthenticated

    /// What Google's services are told; `nil` for no token.
    func token(for url: String) -> JSONValue? {
        guard case .serviceAccount(let email, let audience) = self else { return nil }
        return ["serviceAccountEmail": .string(email), "audience": .string(audience ?? url)]
    }

    func validate() throws {
        guard case .serviceAccount(let email, _) = self, !email.utf8.contains(UInt8(ascii: "@")) else { return }
        throw LedgerError(
            .invalidValue,
            "The service account of deliveries is no e-mail address. Name one, or choose '.unauthenticated'."
        )
    }
}
