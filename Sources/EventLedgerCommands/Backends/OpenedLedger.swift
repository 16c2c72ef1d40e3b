public import EventLedger

/// A ledger that a command has opened.
public struct OpenedLedger: Sendable {
    /// The ledger.
    public let ledger: any Ledger
    /// What `replay` and `verify` read: the ledger itself, or a copy of its events that is made for reading all of them.
    public let history: any EventReader
    /// Whether ``history`` is a copy; `verify` then compares it with the ledger.
    public let isHistoryCopied: Bool
    /// What it is called in output, such as its path; two ledgers never have the same.
    public let name: String
    /// Gives back what it holds.
    public let close: @Sendable () async -> Void
    /// What `stats` shows beside what every kind of ledger has.
    public let facts: @Sendable () async throws -> [LedgerFact]

    /// Makes a description; backends do.
    ///
    /// - Parameters:
    ///   - ledger: The ledger.
    ///   - copy: A copy of the events that is made for reading all of them, where there is one.
    ///   - name: What it is called in output; two ledgers never have the same.
    ///   - close: Gives back what the ledger holds.
    ///   - facts: What `stats` shows beside what every kind of ledger has.
    public init(
        _ ledger: any Ledger, copy: (any EventReader)? = nil, name: String,
        close: @escaping @Sendable () async -> Void = {},
        facts: @escaping @Sendable () async throws -> [LedgerFact] = { [] }
    ) {
        self.ledger = ledger
        history = copy ?? ledger
        isHistoryCopied = copy != nil
        self.name = name
        self.close = close
        self.facts = facts
    }
}
