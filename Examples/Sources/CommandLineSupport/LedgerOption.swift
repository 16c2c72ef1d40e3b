public import ArgumentParser
public import EventLedgerSQLite

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The option that names the ledger; all commands have it.
public struct LedgerOption: ParsableArguments {
    /// The file, as given.
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The ledger file that all processes share. EVENTLEDGER_FILE in the environment unless given.",
            valueName: "file"))
    public var ledger: String?

    /// Makes the option.
    public init() {}

    /// The path of the file.
    ///
    /// - Throws: `ValidationError` if it is not given anywhere.
    public func path() throws -> String {
        if let ledger, !ledger.isEmpty { return ledger }
        if let path = ProcessInfo.processInfo.environment["EVENTLEDGER_FILE"], !path.isEmpty { return path }
        throw ValidationError("No ledger is named. Give --ledger FILE, or set EVENTLEDGER_FILE.")
    }

    /// Opens the ledger.
    ///
    /// - Parameter mode: whether the file may be made, must exist, or is only read.
    /// - Throws: `ValidationError` if none is named, or the errors of the ledger.
    public func open(_ mode: SQLiteLedgerOptions.Mode = .existing) async throws -> SQLiteLedger {
        try await SQLiteLedger.open(try path(), options: SQLiteLedgerOptions(mode: mode))
    }
}
