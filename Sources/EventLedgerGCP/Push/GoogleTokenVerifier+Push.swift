import EventLedger

extension GoogleTokenVerifier: PushAuthenticator {
    /// Returns where the request shows a token that ``verify(authorization:)`` accepts.
    public func authenticate(_ request: PushRequest) async throws {
        do {
            _ = try await verify(authorization: request.headers["authorization"])
        } catch let error as LedgerError where error.code == .forbidden {
            let isMissing = error.details["reason"] == TokenRejection.missing.rawValue
            throw PushRefusal(status: isMissing ? 401 : 403, reason: error.message)
        }
    }
}
