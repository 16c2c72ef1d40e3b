import EventLedger
import Synchronization

/// The keys that were fetched last, and when there is to be fetched again.
final class SigningKeyStorage: Sendable {
    /// What a fetch brought.
    struct Fetched: Sendable {
        let keys: SigningKeys
        let lifetime: Duration
    }

    /// Something that happened, as long as it counts.
    private struct Mark {
        var at = Timestamp.distantPast
        var failure: (any Error)?

        /// Whether it was less than so long ago; what lies in the future is from before the clock was set back.
        func isWithin(_ duration: Duration, of now: Timestamp) -> Bool {
            at <= now && now - at < duration
        }
    }

    private struct State {
        var keys: SigningKeys?
        var fetchedAt = Timestamp.distantPast
        var freshUntil = Timestamp.distantPast
        var renewal = Mark()
        var search = Mark()

        func isFresh(_ now: Timestamp, beyond extra: Duration = .zero) -> Bool {
            keys != nil && fetchedAt <= now && now < freshUntil + extra
        }
    }

    private let clock: any LedgerClock
    private let state = Mutex(State())

    init(clock: any LedgerClock) { self.clock = clock }

    /// The keys, unless they are past their time for so long.
    func keys(beyond extra: Duration) -> SigningKeys? {
        let now = clock.now
        return state.withLock { $0.isFresh(now, beyond: extra) ? $0.keys : nil }
    }

    /// Whether the keys are past their time.
    ///
    /// - Throws: Why they could not be had a moment ago.
    func needsRenewal() throws -> Bool {
        let now = clock.now
        return try state.withLock { state in
            guard !state.isFresh(now) else { return false }
            if let failure = state.renewal.failure, state.renewal.isWithin(SigningKeyCache.backoff, of: now) {
                throw failure
            }
            return true
        }
    }

    /// Whether it is time again to look for a key that is not known; then the time is taken.
    ///
    /// - Throws: Why nothing was found out the last time.
    func beginSearch() throws -> Bool {
        let now = clock.now
        return try state.withLock { state in
            guard state.search.isWithin(SigningKeyCache.interval, of: now) else {
                state.search = Mark(at: now)
                return true
            }
            if let failure = state.search.failure { throw failure }
            return false
        }
    }

    func keep(_ fetched: Fetched) {
        let now = clock.now
        state.withLock { state in
            state.keys = fetched.keys
            state.fetchedAt = now
            state.freshUntil = now + fetched.lifetime
            state.renewal.failure = nil
            state.search.failure = nil
        }
    }

    func keepRenewalFailure(_ error: any Error) -> any Error {
        let now = clock.now
        state.withLock { $0.renewal = Mark(at: now, failure: error) }
        return error
    }

    func keepSearchFailure(_ error: any Error) -> any Error {
        state.withLock { $0.search.failure = error }
        return error
    }
}
