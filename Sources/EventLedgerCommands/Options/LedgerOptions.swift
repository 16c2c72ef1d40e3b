import ArgumentParser
import EventLedger
import EventLedgerSQLite

/// What every command but `check` and `subjects` takes: the ledger, and the form of the output.
struct LedgerOptions: ParsableArguments {
    static let variable = "EVENTLEDGER_FILE"

    @Option(name: .long, help: ArgumentHelp("The ledger file; else that of EVENTLEDGER_FILE.", valueName: "file"))
    var ledger: String?

    @OptionGroup var form: OutputOptions

    /// Whether a person looks at the output.
    func isTable(in context: CommandContext) -> Bool { form.isTable(in: context) }

    func path(in context: CommandContext) throws -> String {
        guard let path = ledger ?? context.environment[Self.variable], !path.isEmpty else {
            throw CommandFailure(.usage, "No ledger is named. Give --ledger FILE, or set \(Self.variable).")
        }
        return path
    }

    /// Opens the ledger for as long as something is done with it.
    func withLedger<Value>(
        _ mode: SQLiteLedgerOptions.Mode, in context: CommandContext, _ body: (SQLiteLedger) async throws -> Value
    ) async throws -> Value {
        try await Self.withLedger(try path(in: context), SQLiteLedgerOptions(mode: mode, clock: context.clock), body)
    }

    static func withLedger<Value>(
        _ path: String, _ options: SQLiteLedgerOptions, _ body: (SQLiteLedger) async throws -> Value
    ) async throws -> Value {
        let ledger: SQLiteLedger
        do {
            ledger = try await SQLiteLedger.open(path, options: options)
        } catch let error as LedgerError {
            // A ledger that is not there cannot be used; that is something else than an item that is not in it.
            throw CommandFailure(.unavailable, error.message)
        }
        do {
            let value = try await body(ledger)
            await ledger.close()
            return value
        } catch {
            await ledger.close()
            throw error
        }
    }
}
