import EventLedger
import EventLedgerSQLite

/// When a subscription delivered what. Instants can be compared between processes until the machine is started anew.
struct Delivery: Codable {
    /// The position of the last event; 0 says that the subscription has caught up and follows live.
    let position: Int64
    let at: ContinuousClock.Instant

    /// Subscribes, and tells of each delivery, without end.
    static func report(from ledger: SQLiteLedger, _ tell: (Delivery) throws -> Void) async throws {
        for try await element in ledger.subscribe() {
            let now = ContinuousClock.now
            switch element {
            case .caughtUp: try tell(Delivery(position: 0, at: now))
            case .events(let events, _):
                if let last = events.last { try tell(Delivery(position: last.position.rawValue, at: now)) }
            }
        }
    }
}
