public import ArgumentParser
import EventLedger
import EventLedgerCommands
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
    /// - Throws: `ValidationError` if none is named, or `CommandFailure` with the status 3.
    public func open(_ mode: SQLiteLedgerOptions.Mode = .existing) async throws -> SQLiteLedger {
        try await Self.open(try path(), mode)
    }

    /// Opens any ledger.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - mode: whether it may be made, must exist, or is only read.
    /// - Throws: `CommandFailure` with the status 3.
    public static func open(_ path: String, _ mode: SQLiteLedgerOptions.Mode) async throws -> SQLiteLedger {
        do {
            return try await SQLiteLedger.open(path, options: SQLiteLedgerOptions(mode: mode))
        } catch let error as LedgerError {
            // A ledger that is not there cannot be used; that is something else than an item that is not in it.
            throw CommandFailure(.unavailable, error.message)
        }
    }
}
