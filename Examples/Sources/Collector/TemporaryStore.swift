import EventLedger
import EventLedgerSQLite

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// An empty store that is gone afterwards.
enum TemporaryStore {
    /// Runs a body with the documents of a new ledger file.
    ///
    /// - Throws: what the body throws, or an error of the file system.
    static func with<Result>(_ body: (any DocumentStore) async throws -> Result) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.path + "/research-watcher-" + EventID.timeOrdered().rawValue
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let ledger = try await SQLiteLedger.open(
            folder + "/replay.sqlite", options: SQLiteLedgerOptions(durability: .lastCommitsMayBeLost))
        let result: Result
        do {
            result = try await body(ledger.documents)
        } catch {
            await ledger.close()
            throw error
        }
        await ledger.close()
        return result
    }
}
