import EventLedger
import EventLedgerSQLite

/// Ledgers in files; the location is the path.
struct SQLiteBackend: LedgerBackend {
    let name = "sqlite"

    func open(_ location: String, _ access: LedgerAccess, in context: CommandContext) async throws -> OpenedLedger {
        let options = SQLiteLedgerOptions(mode: access.mode, clock: context.clock)
        let ledger = try await SQLiteLedger.open(location, options: options)
        return OpenedLedger(ledger, name: ledger.path) {
            await ledger.close()
        } facts: {
            try await ledger.statistics().facts
        }
    }
}

extension LedgerAccess {
    var mode: SQLiteLedgerOptions.Mode {
        switch self {
        case .create: .create
        case .existing: .existing
        case .readOnly: .readOnly
        }
    }
}

extension SQLiteLedgerStatistics {
    /// What a file has beside what every kind of ledger has.
    fileprivate var facts: [LedgerFact] {
        [
            LedgerFact("streams", "streams", .number(streams)),
            LedgerFact("eventTypes", "event types", .number(eventTypes)), LedgerFact("tags", "tags", .number(tags)),
            LedgerFact("openDeadLetters", "open dead letters", .number(openDeadLetters)),
            LedgerFact("fileBytes", "file, bytes", .integer(fileBytes)),
            LedgerFact("walBytes", "write-ahead log, bytes", .integer(walBytes)),
            LedgerFact("schemaVersion", "schema version", .number(schemaVersion)),
            LedgerFact("sqliteVersion", "SQLite version", .string(sqliteVersion)),
        ]
    }
}

extension Ledger {
    /// The files that it consists of, which no output may take the place of.
    var files: [String] {
        guard let file = self as? SQLiteLedger else { return [] }
        return ["", "-wal", "-shm", "-lock"].map { file.path + $0 }
    }
}
