/// Decides whether a push request comes from who it should come from.
public protocol PushAuthenticator: Sendable {
    /// Returns where the request is genuine.
    ///
    /// - Throws: ``PushRefusal`` where it is not, or another error where that cannot be told at the moment; the service then
    ///   delivers again.
    func authenticate(_ request: PushRequest) async throws
}

/// Why a push request is not taken. Nothing of it is recorded.
public struct PushRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// The status of the answer: 401 where nobody is named for certain, 403 where it is somebody else.
    public let status: Int
    /// What is wrong, for a person; never the token.
    public let reason: String

    /// Makes a refusal.
    ///
    /// - Parameters:
    ///   - status: 401 or 403.
    ///   - reason: What is wrong, for a person; never the token.
    public init(status: Int, reason: String) {
        self.status = status
        self.reason = reason
    }

    public var description: String { reason }
}

/// Takes every request from whoever sends it, so that anybody who can reach the endpoint can have tasks run and messages
/// handled. Only for emulators, which send no tokens, on an address that nobody else reaches.
public struct UnauthenticatedPushesForEmulatorsOnly: PushAuthenticator {
    /// Makes an authenticator that checks nothing.
    public init() {}

    public func authenticate(_ request: PushRequest) async throws {}
}
