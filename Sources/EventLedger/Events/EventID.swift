/// The identity of an event, chosen by its author. The same id never names two events of a ledger.
///
/// ``timeOrdered()`` makes ids that arrive in order, which keeps their index small and fast. Callers may bring ids of
/// their own, such as the id of a message that caused the event; random ones cost about three times as much to insert
/// once a ledger is large.
public struct EventID: LedgerName {
    public static let noun = "event id"
    public let rawValue: String
    public init(_ rawValue: String) { self.rawValue = rawValue }

    /// A new UUID of version 7 (RFC 9562): milliseconds since 1970, then a counter and random bits, so that ids made by one
    /// process increase.
    public static func timeOrdered() -> EventID { EventID(TimeOrderedUUID.next()) }
}
