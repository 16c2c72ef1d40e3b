import EventLedger
import Synchronization

/// Access tokens from credentials that are not looked for until the first token is asked for, so that who calls emulators
/// only needs none.
final class DeferredAccessTokens: AccessTokenSource {
    private let found: Found
    private let flight: SingleFlight<any AccessTokenSource>

    /// Makes a source.
    ///
    /// - Parameter find: Looks for the credentials. It is asked again after it has failed.
    init(_ find: @escaping @Sendable () async throws -> any AccessTokenSource) {
        let found = Found()
        self.found = found
        flight = SingleFlight {
            if let source = found.source { return source }
            let source = try await find()
            found.keep(source)
            return source
        }
    }

    func accessToken() async throws -> AccessToken? {
        let source: any AccessTokenSource
        if let known = found.source { source = known } else { source = try await flight.value() }
        return try await source.accessToken()
    }

    func discard(_ token: AccessToken) async { await found.source?.discard(token) }

    private final class Found: Sendable {
        private let state = Mutex<(any AccessTokenSource)?>(nil)

        var source: (any AccessTokenSource)? { state.withLock { $0 } }

        func keep(_ source: any AccessTokenSource) { state.withLock { $0 = source } }
    }
}
