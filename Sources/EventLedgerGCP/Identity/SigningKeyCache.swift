import EventLedger

/// Keeps an issuer's keys as long as the issuer says, and fetches them by one request however many ask.
final class SigningKeyCache: Sendable {
    /// How often, at most, a key that is not known makes the keys be fetched anew: anybody can send a name of a key.
    static let interval: Duration = .seconds(60)
    /// How long nothing is fetched after a failure.
    static let backoff: Duration = .seconds(5)
    /// How long keys are used beyond their time where new ones cannot be had.
    static let grace: Duration = .seconds(3600)

    private let storage: SigningKeyStorage
    /// Fetches where the keys are past their time.
    private let renewal: SingleFlight<Void>
    /// Fetches since a key was not among those that are known.
    private let search: SingleFlight<Void>

    init(url: String, transport: any HTTPTransport, clock: any LedgerClock) {
        let storage = SigningKeyStorage(clock: clock)
        self.storage = storage
        let fetch: @Sendable () async throws -> SigningKeyStorage.Fetched = {
            try await Self.fetch(url, by: transport)
        }
        renewal = SingleFlight {
            guard try storage.needsRenewal() else { return }
            do { storage.keep(try await fetch()) } catch { throw storage.keepRenewalFailure(error) }
        }
        search = SingleFlight {
            guard try storage.beginSearch() else { return }
            do { storage.keep(try await fetch()) } catch { throw storage.keepSearchFailure(error) }
        }
    }

    /// The key of a name.
    ///
    /// - Returns: `nil` where the issuer has none of that name.
    /// - Throws: ``LedgerError`` with `unavailable` where it cannot be known, or `CancellationError`.
    func key(named name: String) async throws -> RS256? {
        if let keys = storage.keys(beyond: .zero) {
            if let key = keys[name] { return key }
            try await search.value()
        } else {
            do {
                try await renewal.value()
            } catch let error as LedgerError {
                guard let key = storage.keys(beyond: Self.grace)?[name] else { throw error }
                return key
            }
        }
        return storage.keys(beyond: Self.grace)?[name]
    }

    private static func fetch(
        _ url: String, by transport: any HTTPTransport
    ) async throws -> SigningKeyStorage.Fetched {
        try TrustedURL.check(url, "The address of the issuer's keys")
        let request = HTTPRequest(.get, url, timeout: .seconds(10), maximumResponseBytes: 1 << 20)
        let response: HTTPResponse
        do {
            response = try await transport.send(request)
        } catch {
            throw unavailable("they could not be fetched", error)
        }
        guard response.isSuccess else { throw unavailable("their server answered \(response.status)") }
        guard let keys = await SigningKeys(response.body) else {
            throw unavailable("their server answered with something else than a set of RSA keys")
        }
        return SigningKeyStorage.Fetched(keys: keys, lifetime: SigningKeys.lifetime(response.headers))
    }

    private static func unavailable(_ reason: String, _ underlying: (any Error)? = nil) -> LedgerError {
        LedgerError(
            .unavailable, "The keys of the identity tokens' issuer cannot be had: \(reason).", underlying: underlying
        )
    }
}
