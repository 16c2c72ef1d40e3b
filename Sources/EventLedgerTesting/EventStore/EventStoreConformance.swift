#if canImport(Testing)
public import EventLedger

/// What an `EventStore` owes its users, by the numbers of its documentation.
///
/// ```swift
/// @Test(arguments: EventStoreConformance.obligations)
/// func eventStore(_ obligation: EventStoreConformance.Obligation) async throws {
///     try await obligation.check { clock in try await makeStore(clock) }
/// }
/// ```
public enum EventStoreConformance {
    /// An obligation of an event store.
    public typealias Obligation = ConformanceObligation<any EventStore>
    typealias Run = ConformanceRun<any EventStore>

    /// All obligations.
    public static let obligations: [Obligation] =
        [
            commits, expectations, conditions, idempotency, concurrency, limits, bytes, times, selections, waiting,
            names,
        ].flatMap { $0 }
}
#endif
