public import EventLedger

/// One of the facts about a ledger that `stats` shows.
public struct LedgerFact: Sendable {
    /// What JSON calls it, such as `fileBytes`.
    public let name: String
    /// What a person sees, with the unit where there is one, such as `file, bytes`.
    public let label: String
    /// The fact; `null` where there is none.
    public let value: JSONValue

    /// Makes a fact; backends do.
    ///
    /// - Parameters:
    ///   - name: What JSON calls it.
    ///   - label: What a person sees.
    ///   - value: The fact; a number is an integer.
    public init(_ name: String, _ label: String, _ value: JSONValue) {
        self.name = name
        self.label = label
        self.value = value
    }
}

extension LedgerFact {
    /// What every kind of ledger has: two events are read, and the documents of each collection are counted.
    static func common(of ledger: any Ledger) async throws -> [LedgerFact] {
        let first = try await event(.all, of: ledger), last = try await event(.all.backwards, of: ledger)
        let collections = try await ledger.documents.collections().filter { !$0.name.isReserved }
        return [
            LedgerFact("events", "events", .position(last?.position ?? .start)),
            LedgerFact("firstRecordedAt", "first recorded", first.map { JSONValue.text($0.recordedAt) } ?? .null),
            LedgerFact("lastRecordedAt", "last recorded", last.map { JSONValue.text($0.recordedAt) } ?? .null),
            LedgerFact("documents", "documents", .number(collections.reduce(0) { $0 + $1.count })),
        ]
    }

    private static func event(_ selection: EventSelection, of ledger: any Ledger) async throws -> RecordedEvent? {
        for try await event in ledger.read(selection.limit(1)) { return event }
        return nil
    }
}
