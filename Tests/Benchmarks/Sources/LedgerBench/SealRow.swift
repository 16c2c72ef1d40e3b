import ArgumentParser
import BenchSupport
import EventLedger
import EventLedgerSQLite

/// Computes the Merkle root over all events.
struct SealRow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seal",
        abstract: "Computes the Merkle root over all events of a prepared ledger.",
        discussion: """
            EXAMPLE:
              ledger-bench seal --ledger /data/million.sqlite
            """)

    @OptionGroup var file: LedgerFile

    func run() async throws {
        let (ledger, events) = try await file.openPrepared()
        let start = ContinuousClock.now
        let seal = try await LedgerSealer(ledger).seal()
        let measurement = Measurement(operations: events, since: start)
        await ledger.close()
        guard seal.size == Int64(events) else {
            throw BenchmarkFailure("The seal covers \(seal.size) of \(events) events.")
        }
        try measurement.report()
    }
}
