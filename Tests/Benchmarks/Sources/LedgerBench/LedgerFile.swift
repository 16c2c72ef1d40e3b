import ArgumentParser
import BenchSupport
import EventLedger
import EventLedgerSQLite

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The ledger file that a row works on.
struct LedgerFile: ParsableArguments {
    @Option(help: ArgumentHelp("The ledger file, on a local disk.", valueName: "file"))
    var ledger: String

    /// Makes a new ledger.
    func create(
        durability: SQLiteLedgerOptions.Durability = .everyCommitSynced
    ) async throws -> SQLiteLedger {
        try await Self.create(ledger, durability: durability)
    }

    /// Makes a new ledger. A file that is there is refused: what stands in it would be in the measurement.
    static func create(
        _ path: String, durability: SQLiteLedgerOptions.Durability = .everyCommitSynced
    ) async throws -> SQLiteLedger {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw BenchmarkFailure("The file '\(path)' is there already. Name one that is not.")
        }
        return try await SQLiteLedger.open(path, options: SQLiteLedgerOptions(durability: durability))
    }

    /// Opens a ledger that is there.
    func open() async throws -> SQLiteLedger {
        try await SQLiteLedger.open(ledger, options: SQLiteLedgerOptions(mode: .existing))
    }

    /// Opens a ledger that was prepared.
    ///
    /// - Returns: The ledger, and how many events stand in it.
    func openPrepared() async throws -> (ledger: SQLiteLedger, events: Int) {
        let prepared = try await open()
        let events = Int(try await prepared.head().position?.rawValue ?? 0)
        guard events > 0 else {
            throw BenchmarkFailure("The ledger '\(ledger)' has no events. Make it with 'ledger-bench prepare'.")
        }
        return (prepared, events)
    }
}
