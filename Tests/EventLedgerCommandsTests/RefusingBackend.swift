import EventLedger
import EventLedgerCommands

/// Opens nothing.
struct RefusingBackend: LedgerBackend {
    let name = "refusing"
    /// What kind of error it throws instead.
    let code: LedgerError.Code

    func open(
        _ location: String, _ access: LedgerAccess, in context: CommandContext
    ) async throws -> OpenedLedger {
        throw LedgerError(code, "It is refused.")
    }
}
