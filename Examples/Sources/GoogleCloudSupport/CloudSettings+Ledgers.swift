public import EventLedger
public import EventLedgerGCP

// What belongs to one ledger. Queues are told apart by the library, and the rest here: the events of two ledgers never come to
// one dataset, also where both are used with the same environment.
extension CloudSettings {
    /// The ledger.
    ///
    /// - Throws: `LedgerError` for a name that cannot be used.
    public func ledger(_ name: String = "main", clock: any LedgerClock = SystemClock()) throws -> FirestoreLedger {
        var options = FirestoreLedgerOptions(declaredFields: Self.declaredFields, clock: clock)
        options.cloudTasks = workerURL == nil ? nil : try tasks()
        return try FirestoreLedger(on: cloud, database: database, name: name, options: options)
    }

    /// The topic that carries the events of a ledger.
    public func topic(of ledger: String) -> String { Self.joined(topic, "-", qualifier(of: ledger)) }

    /// The subscription that feeds the copy of a ledger's events.
    public func subscription(of ledger: String) -> String {
        guard let subscription else { return topic(of: ledger) + "-to-bigquery" }
        return Self.joined(subscription, "-", qualifier(of: ledger))
    }

    /// The dataset with the copy of a ledger's events, if there is one.
    ///
    /// - Throws: `LedgerError` for a name that cannot be used.
    public func bigQuery(of ledger: String) throws -> BigQueryDataset? {
        guard let dataset else { return nil }
        let name = Self.joined(dataset, "_", qualifier(of: ledger).map(Self.legalInDatasets))
        return try Self.naming("EVENTLEDGER_DATASET, EVENTLEDGER_LOCATION or GOOGLE_CLOUD_PROJECT") {
            try BigQueryDataset(name, on: cloud, location: location)
        }
    }

    /// Checks the names of what belongs to a ledger; nothing is reached.
    ///
    /// - Throws: `LedgerError` for a name that cannot be used, with the variable that it comes from.
    func requireUsableNames(of ledger: String) throws {
        try Self.naming("EVENTLEDGER_TOPIC") { try cloud.topic(topic(of: ledger)).validate() }
        try Self.naming(subscription == nil ? "EVENTLEDGER_TOPIC" : "EVENTLEDGER_SUBSCRIPTION") {
            try cloud.subscription(subscription(of: ledger)).validate()
        }
        _ = try bigQuery(of: ledger)
    }

    private static func naming<Value>(_ variables: String, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as LedgerError {
            throw LedgerError(error.code, "\(error.message) Change \(variables).", details: error.details)
        }
    }

    /// What tells a ledger's names from those of `main` in the database `(default)`, which has them as they are given. There
    /// is no dot in the name of a database or a ledger, so no two ledgers have the same.
    private func qualifier(of ledger: String) -> String? {
        guard database == "(default)" else { return "\(database).\(ledger)" }
        return ledger == "main" ? nil : ledger
    }

    private static func joined(_ base: String, _ separator: String, _ qualifier: String?) -> String {
        qualifier.map { base + separator + $0 } ?? base
    }

    /// Datasets have letters, digits and `_` only. Different texts stay different.
    private static func legalInDatasets(_ text: String) -> String {
        text.map { character -> String in
            switch character {
            case "-": "__"
            case "_": "_u"
            case ".": "_d"
            default: String(character)
            }
        }.joined()
    }
}
