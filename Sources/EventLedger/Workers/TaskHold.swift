/// What an attempt holds its task by: a lease that a worker keeps, or a delivery that a service waits for.
package protocol TaskHold: Sendable {
    /// The lease, as it is now.
    var lease: TaskLease { get }

    /// Extends the hold and returns its end.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/leaseLost``.
    func extend() async throws -> Timestamp

    /// Keeps the hold while the attempt runs.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/leaseLost`` when it is lost, or `CancellationError`.
    func keep(clock: any LedgerClock) async throws

    /// Ends the hold otherwise than by completion.
    ///
    /// - Returns: Where the task is now.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/leaseLost``.
    func settle(_ settlement: TaskSettlement) async throws -> TaskState
}
