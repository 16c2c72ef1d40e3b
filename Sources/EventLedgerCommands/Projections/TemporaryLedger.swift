import EventLedger
import EventLedgerSQLite

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A ledger file in the temporary folder, for as long as something is done with it.
enum TemporaryLedger {
    static func with<Value>(
        clock: any LedgerClock, _ body: (SQLiteLedger) async throws -> Value
    ) async throws -> Value {
        let folder = FileManager.default.temporaryDirectory.path + "/eventledger-replay-" + TimeOrderedUUID.next()
        try await BlockingWork.run {
            do {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            } catch {
                throw CommandFailure(
                    .unavailable, "The temporary folder '\(folder)' cannot be made. Set TMPDIR to one that can.")
            }
        }
        // What is lost in a power cut is made again.
        let options = SQLiteLedgerOptions(durability: .lastCommitsMayBeLost, mode: .create, clock: clock)
        do {
            let ledger = try await SQLiteLedger.open(folder + "/replay.sqlite", options: options)
            do {
                let value = try await body(ledger)
                await ledger.close()
                await remove(folder)
                return value
            } catch {
                await ledger.close()
                throw error
            }
        } catch {
            await remove(folder)
            throw error
        }
    }

    private static func remove(_ folder: String) async {
        try? await BlockingWork.run { try FileManager.default.removeItem(atPath: folder) }
    }
}
