extension Commit {
    /// What every backend does around its own write: metadata are filled in, names and limits are checked before any input or
    /// output, and the outcome is counted.
    ///
    /// - Parameter write: Makes the commit that it is given.
    package func submit(_ write: (Commit) async throws -> Receipt) async throws -> Receipt {
        do {
            // What is checked is what is stored: metadata of the whole may take that of an event over the limit.
            let resolved = resolvingMetadata()
            try resolved.validate()
            let receipt = try await write(resolved)
            LedgerMetrics.committed(
                events: appends.reduce(0) { $0 + $1.events.count }, tasks: receipt.tasks,
                isDuplicate: receipt.isDuplicate
            )
            return receipt
        } catch let error as LedgerError {
            LedgerMetrics.refused(error)
            // Whoever wants to send the commit again needs its id, which may have been made for it.
            throw error.adding(["commit": id.rawValue])
        }
    }
}
