import EventLedger
import Synchronization

/// A token, and until when it is good.
struct TokenGrant<Token: Equatable & Sendable>: Sendable {
    let token: Token
    let expiresAt: Timestamp
}

/// Keeps a token and renews it before it expires, by one request however many ask.
final class TokenCache<Token: Equatable & Sendable>: Sendable {
    /// How long before its end a token is renewed. Google's metadata server has a new one five minutes before; its own clients
    /// ask 225 seconds before.
    static var renewal: Duration { .seconds(225) }
    /// How long before its end a token is no longer shown, so that it does not expire on its way.
    static var reserve: Duration { .seconds(10) }
    /// How long nothing is asked again after a failure.
    static var backoff: Duration { .seconds(1) }

    fileprivate struct State {
        var grant: TokenGrant<Token>?
        var renewAt = Timestamp.distantPast
        var failure: (error: any Error, until: Timestamp)?
    }

    /// What there is to do for somebody who asks.
    fileprivate enum Step {
        case use(Token)
        case useAndRenew(Token)
        case wait
        case fail(any Error)
    }

    private let storage: Storage
    private let flight: SingleFlight<Token>

    /// Makes an empty cache.
    ///
    /// - Parameter fetch: Asks for a new token.
    init(clock: any LedgerClock, fetch: @escaping @Sendable () async throws -> TokenGrant<Token>) {
        let storage = Storage(clock: clock)
        self.storage = storage
        flight = SingleFlight {
            switch storage.step() {
            case .use(let token): return token
            case .fail(let error): throw error
            case .useAndRenew, .wait: break
            }
            do { return try storage.keep(await fetch()) } catch { throw storage.keep(error) }
        }
    }

    /// The token, renewed where it has to be.
    ///
    /// - Throws: What the fetch throws; for ``backoff`` also to those who ask later. `CancellationError` where the caller is
    ///   cancelled.
    func token() async throws -> Token {
        switch storage.step() {
        case .use(let token): return token
        case .fail(let error): throw error
        case .wait: return try await flight.value()
        case .useAndRenew(let token):
            flight.start()
            return token
        }
    }

    /// Forgets a token; another one that has taken its place is kept, so that of many who were refused the same one fetches.
    func discard(_ token: Token) { storage.discard(token) }

    private final class Storage: Sendable {
        private let clock: any LedgerClock
        private let state = Mutex(State())

        init(clock: any LedgerClock) { self.clock = clock }

        func step() -> Step {
            let now = clock.now
            return state.withLock { state in
                // A failure from the future is left from before the clock was set back.
                let failure = state.failure.flatMap { failure in
                    now < failure.until && failure.until - now <= TokenCache.backoff ? failure.error : nil
                }
                guard let grant = state.grant, now + TokenCache.reserve < grant.expiresAt else {
                    return failure.map(Step.fail) ?? .wait
                }
                return now < state.renewAt || failure != nil ? .use(grant.token) : .useAndRenew(grant.token)
            }
        }

        func keep(_ grant: TokenGrant<Token>) throws -> Token {
            let now = clock.now
            let lifetime = grant.expiresAt - now
            guard lifetime > .zero else {
                throw LedgerError(
                    .unavailable, "The token that was given has expired already. Check the clock of this machine."
                )
            }
            state.withLock { state in
                state.grant = grant
                // A token that lives for a short time only is not renewed with every use.
                state.renewAt = now + max(lifetime - TokenCache.renewal, lifetime / 2)
                state.failure = nil
            }
            return grant.token
        }

        func discard(_ token: Token) {
            state.withLock { state in
                if state.grant?.token == token { state.grant = nil }
            }
        }

        func keep(_ error: any Error) -> any Error {
            let until = clock.now + TokenCache.backoff
            state.withLock { $0.failure = (error, until) }
            return error
        }
    }
}
