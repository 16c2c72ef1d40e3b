import EventLedger
import EventLedgerSQLite

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Reads and writes the files of seals and proofs.
enum SealFiles {
    /// Far more than any of them takes.
    private static let limit = 64 * 1024

    /// Reads a seal.
    static func seal(_ path: String) async throws -> Seal { try await read(path) { try Seal(json: $0) } }

    /// Reads seals, in the order given.
    static func seals(_ paths: [String]) async throws -> [Seal] {
        var seals: [Seal] = []
        for path in paths { seals.append(try await seal(path)) }
        return seals
    }

    /// Reads a file.
    ///
    /// - Throws: ``CommandFailure`` with ``CommandStatus/usage`` that names the file.
    static func read<Value>(_ path: String, _ decode: ([UInt8]) throws -> Value) async throws -> Value {
        let source = try await FileSource.open(path)
        var bytes: [UInt8] = []
        while let block = try await source.next() {
            bytes += block
            guard bytes.count <= limit else {
                throw CommandFailure(.usage, "The file '\(path)' is too long for a seal or a proof. Check the path.")
            }
        }
        do {
            return try decode(bytes)
        } catch let error as LedgerError {
            throw CommandFailure(.usage, "The file '\(path)' cannot be used. \(error.message)")
        }
    }

    /// Whether there is something of that name.
    static func exists(_ path: String) async throws -> Bool {
        try await BlockingWork.run { FileManager.default.fileExists(atPath: path) }
    }

    /// Writes a file at once or not at all.
    ///
    /// - Parameters:
    ///   - bytes: Its content.
    ///   - path: Its name.
    ///   - replaces: Whether it may take the place of another file.
    ///   - ledger: The ledger, whose files it never takes the place of.
    static func write(_ bytes: [UInt8], to path: String, replacing replaces: Bool, ledger: any Ledger) async throws {
        let file = try await PartialFile.create(path, sparing: ledger.files)
        do {
            try await BlockingWork.run { try file.write(bytes) }
            try await file.finish(replacing: replaces)
        } catch {
            await file.discard()
            throw error
        }
    }
}
