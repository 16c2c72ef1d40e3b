import ArgumentParser
import EventLedger
import EventLedgerSQLite

/// The file with the keys of subjects.
struct KeyFileOptions: ParsableArguments {
    static let variable = "EVENTLEDGER_KEYS"

    @Option(
        name: .long,
        help: ArgumentHelp("The file with the keys of subjects; else that of EVENTLEDGER_KEYS.", valueName: "file")
    )
    var keys: String?

    private func path(in context: CommandContext) -> String? {
        (keys ?? context.environment[Self.variable]).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Opens the keys for as long as something is done with them.
    func withKeys<Value>(
        _ mode: SQLiteLedgerOptions.Mode, in context: CommandContext,
        _ body: (SQLiteSubjectKeyStore) async throws -> Value
    ) async throws -> Value {
        guard let path = path(in: context) else {
            throw CommandFailure(.usage, "No key file is named. Give --keys FILE, or set \(Self.variable).")
        }
        let store: SQLiteSubjectKeyStore
        do {
            store = try await SQLiteSubjectKeyStore.open(path, mode: mode, clock: context.clock)
        } catch let error as LedgerError {
            throw CommandFailure(opening: error)
        }
        do {
            let value = try await body(store)
            await store.close()
            return value
        } catch {
            await store.close()
            throw error
        }
    }

    /// Gives the ledger to be read: decrypted where a key file is named.
    func withReader<Value>(
        of ledger: any EventReader, in context: CommandContext, _ body: (any EventReader) async throws -> Value
    ) async throws -> Value {
        guard path(in: context) != nil else { return try await body(ledger) }
        return try await withKeys(.readOnly, in: context) { try await body(DecryptingReader(ledger, keys: $0)) }
    }
}
