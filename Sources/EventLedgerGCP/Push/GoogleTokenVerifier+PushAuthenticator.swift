import EventLedger

extension GoogleTokenVerifier: PushAuthenticator {
    /// Takes a request that shows a token which ``verify(authorization:)`` accepts.
    ///
    /// - Throws: ``PushRefusal``: 403 where the token is genuine and belongs to somebody else or is meant for somebody else,
    ///   401 for any other that is not accepted. `LedgerError` with `unavailable` where the issuer's keys cannot be had.
    public func authenticate(_ request: PushRequest) async throws {
        do {
            _ = try await verify(authorization: request.headers["authorization"])
        } catch let error as LedgerError where error.code == .forbidden {
            let rejection = error.details["reason"].flatMap { TokenRejection(rawValue: $0) }
            let isOfAnother = rejection == .wrongEmail || rejection == .wrongAudience || rejection == .wrongIssuer
            throw PushRefusal(status: isOfAnother ? 403 : 401, reason: error.message)
        }
    }
}
