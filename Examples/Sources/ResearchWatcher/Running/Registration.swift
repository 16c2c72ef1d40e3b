public import EventLedger

/// Registers users.
public struct Registration: Sendable {
    private let ledger: any Ledger
    private let origin: Origin

    /// Makes a registration.
    ///
    /// - Parameters:
    ///   - ledger: the ledger.
    ///   - origin: what its events carry.
    public init(ledger: any Ledger, origin: Origin) {
        self.ledger = ledger
        self.origin = origin
    }

    /// Registers a user with their seeds.
    ///
    /// - Parameter user: the user.
    /// - Returns: whether the user is new; one who is known stays as they are.
    /// - Throws: what the ledger throws.
    public func register(_ user: UserProfile) async throws -> Bool {
        var commit = Commit(id: CommitID("register:\(user.id)"), metadata: origin.metadata)
        let events = [
            try origin.event(UserRegistered(uid: user.id, name: user.name)),
            try origin.event(SeedsUpdated(uid: user.id, seeds: user.seeds)),
        ]
        commit.append(contentsOf: events, to: StreamName("user-\(user.id)"), expecting: .newStream)
        do {
            return try await !ledger.commit(commit).isDuplicate
        } catch LedgerError.Code.conflict {
            return false
        }
    }
}
