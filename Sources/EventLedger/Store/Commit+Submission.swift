import Tracing

extension Commit {
    /// What every backend does around its own write: metadata are filled in, names and limits are checked before any input or
    /// output, and the outcome is traced and counted.
    ///
    /// A backend's `commit(_:)` calls it and writes in the closure.
    ///
    /// - Parameter write: Makes the commit that it is given.
    /// - Returns: The receipt that the closure returns.
    /// - Throws: What ``validate()`` and the closure throw, with the commit's id among the details.
    public func submit(_ write: (Commit) async throws -> Receipt) async throws -> Receipt {
        do {
            return try await withSpan(LedgerSpans.commit, ofKind: .producer) { _ in try await checked(write) }
        } catch let error as LedgerError {
            LedgerMetrics.refused(error)
            // Whoever wants to send the commit again needs its id, which may have been made for it.
            throw error.adding(["commit": id.rawValue])
        }
    }

    private func checked(_ write: (Commit) async throws -> Receipt) async throws -> Receipt {
        // What is checked is what is stored: metadata of the whole may take that of an event over the limit.
        let resolved = resolvingMetadata()
        try resolved.validate()
        let receipt = try await write(resolved)
        LedgerMetrics.committed(
            events: appends.reduce(0) { $0 + $1.events.count }, tasks: receipt.tasks,
            isDuplicate: receipt.isDuplicate
        )
        return receipt
    }
}
