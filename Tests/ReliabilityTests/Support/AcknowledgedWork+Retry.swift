import EventLedger

extension AcknowledgedWork {
    /// Sends every commit without a receipt again: the ledger tells those that it has from those that it has not. Then all of
    /// them are there.
    ///
    /// - Parameters:
    ///   - present: The numbers of the commits that are there.
    ///   - ledger: The ledger, which nobody else writes to.
    ///   - keepsAcknowledged: Whether a lost acknowledged commit is a problem.
    /// - Returns: What must not be.
    func retryWhatIsOpen(
        _ present: Set<Int>, in ledger: any LeasingLedger, keepsAcknowledged: Bool = true
    ) async throws -> [String] {
        var problems: [String] = []
        for item in items where item.receipt == nil {
            do {
                let wasKnown = try await retry(item, in: ledger)
                if wasKnown != present.contains(item.number) {
                    problems.append("the retry of commit \(item.number) says \(wasKnown ? "duplicate" : "new")")
                }
            } catch let error as LedgerError where error.code == .leaseLost && !keepsAcknowledged {
                // The lease that it completes was lost with the last writes, so it never can be made.
                forget([item.number])
            }
        }
        let report = try await LedgerAudit(of: self, in: ledger).report()
        if report.present != Set(items.map(\.number)) { problems.append("not every commit is there in the end") }
        return problems + report.problems
    }
}
