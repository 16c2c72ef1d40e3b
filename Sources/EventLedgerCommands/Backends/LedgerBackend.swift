/// A kind of ledger that commands can be pointed at with `--backend NAME:LOCATION`.
///
/// SQLite's is always there. A tool brings others with ``CommandContext/backends``:
///
/// ```swift
/// await CommandRunner.main(Collector.self, backends: [GoogleCloudBackend()])
/// ```
public protocol LedgerBackend: Sendable {
    /// What stands before the colon, such as `gcp`.
    var name: String { get }

    /// Opens a ledger, and makes it only where that is asked for: of a name that was mistyped a command shall not see an empty
    /// ledger.
    ///
    /// - Parameters:
    ///   - location: What stands behind the colon; empty where there is no colon. A colon with nothing behind it is refused
    ///     before.
    ///   - access: What the command wants to do.
    ///   - context: The environment and the clock.
    /// - Throws: ``CommandFailure`` where the location cannot be used, with ``CommandStatus/unavailable`` where no ledger is
    ///   there that must be; or the ledger's errors: those that mean ``CommandStatus/usage`` end the command with it, and all
    ///   others with ``CommandStatus/unavailable``.
    func open(_ location: String, _ access: LedgerAccess, in context: CommandContext) async throws -> OpenedLedger
}
