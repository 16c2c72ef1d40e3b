import ArgumentParser
import EventLedger
import EventLedgerSQLite

/// Which ledger a command works on, and the form of its output.
struct LedgerOptions: ParsableArguments {
    @OptionGroup var place: BackendOptions
    @OptionGroup var form: OutputOptions

    /// Whether a person looks at the output.
    func isTable(in context: CommandContext) -> Bool { form.isTable(in: context) }

    /// Opens the ledger for as long as something is done with it.
    func withLedger<Value>(
        _ access: LedgerAccess, in context: CommandContext, _ body: (any Ledger) async throws -> Value
    ) async throws -> Value {
        try await place.withLedger(access, in: context, body)
    }

    /// Opens the ledger, with the copy of its events where it has one.
    func withOpened<Value>(
        _ access: LedgerAccess, in context: CommandContext, _ body: (OpenedLedger) async throws -> Value
    ) async throws -> Value {
        try await place.withOpened(access, in: context, body)
    }

    /// Opens the ledger where it is a file of SQLite's; another kind is refused before it is opened.
    func withFile<Value>(
        _ access: LedgerAccess, in context: CommandContext, _ body: (SQLiteLedger) async throws -> Value
    ) async throws -> Value {
        let refusal = CommandFailure(
            .usage, "This command is about SQLite's files, and other kinds of ledger have none. Give --ledger FILE.")
        guard try place.kind(in: context) == SQLiteBackend().name else { throw refusal }
        return try await withLedger(access, in: context) { ledger in
            guard let file = ledger as? SQLiteLedger else { throw refusal }
            return try await body(file)
        }
    }

    /// Opens the ledger where its tasks can be listed.
    func withTasks<Value>(
        _ access: LedgerAccess, in context: CommandContext, _ body: (any ListableTaskQueue) async throws -> Value
    ) async throws -> Value {
        try await withLedger(access, in: context) { ledger in
            guard let tasks = ledger.tasks as? any ListableTaskQueue else {
                throw CommandFailure(.usage, "The tasks of this kind of ledger cannot be listed.")
            }
            return try await body(tasks)
        }
    }
}
