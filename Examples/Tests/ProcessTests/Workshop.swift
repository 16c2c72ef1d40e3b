import EventLedgerSQLite
import Foundation
import Synchronization
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Runs `body` with a new workshop. Afterwards, whatever happens, its processes have ended and its folder is gone.
func withWorkshop(_ body: (Workshop) async throws -> Void) async throws {
    let workshop = try Workshop()
    do {
        try await body(workshop)
    } catch {
        await workshop.clear()
        throw error
    }
    await workshop.clear()
}

/// A temporary folder with ledger files, and the processes that work on them.
final class Workshop: Sendable {
    /// The name of the ledger file that is meant where none is named.
    static let ledger = "ledger.sqlite"

    private let folder: String
    private let children = Mutex<[ChildProcess]>([])

    fileprivate init() throws {
        folder =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("research-processes-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    /// The absolute path of a file in the folder.
    func path(_ name: String) -> String { folder + "/" + name }

    /// Makes a folder in the folder.
    ///
    /// - Returns: its absolute path.
    func makeFolder(_ name: String) throws -> String {
        try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: false)
        return path(name)
    }

    /// Starts an executable on a ledger file.
    func start(
        _ program: Program, _ arguments: [String], on ledger: String = Workshop.ledger
    ) throws -> ChildProcess {
        let child = try ChildProcess(
            program, arguments + ["--ledger", path(ledger)], writingTo: path("output-\(UUID().uuidString)"))
        children.withLock { $0.append(child) }
        return child
    }

    /// Runs an executable on a ledger file to its end.
    func run(
        _ program: Program, _ arguments: [String], on ledger: String = Workshop.ledger
    ) async throws -> ChildProcess.Finished {
        try await start(program, arguments, on: ledger).finished()
    }

    /// Runs an executable that must end with status 0 for the test to go on.
    @discardableResult
    func succeed(
        _ program: Program, _ arguments: [String], on ledger: String = Workshop.ledger,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ChildProcess.Finished {
        let result = try await run(program, arguments, on: ledger)
        try #require(
            result.status == 0, "\(program.rawValue) \(arguments): \(result.summary)", sourceLocation: sourceLocation)
        return result
    }

    /// Opens a ledger file in this process while `body` runs.
    func withLedger<Value>(
        _ ledger: String = Workshop.ledger, _ body: (SQLiteLedger) async throws -> Value
    ) async throws -> Value {
        // It looks often at what the other processes do, so that it sees the middle of their work.
        let options = SQLiteLedgerOptions(mode: .existing, pollInterval: .milliseconds(5))
        let opened = try await SQLiteLedger.open(path(ledger), options: options)
        let value: Value
        do {
            value = try await body(opened)
        } catch {
            await opened.close()
            throw error
        }
        await opened.close()
        return value
    }

    fileprivate func clear() async {
        let all = children.withLock { $0 }
        for child in all { child.send(SIGKILL) }
        for child in all { _ = await child.finished() }
        try? FileManager.default.removeItem(atPath: folder)
    }
}
