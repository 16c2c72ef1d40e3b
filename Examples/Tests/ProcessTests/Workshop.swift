import EventLedgerSQLite
import ProcessSupport
import Testing

/// Runs `body` with a new workshop. Afterwards, whatever happens, its processes have ended and its folder is gone.
func withWorkshop(_ body: (Workshop) async throws -> Void) async throws {
    try await ProcessFolder.with { try await body(Workshop(folder: $0)) }
}

/// A temporary folder with ledger files, and the processes that work on them.
struct Workshop: Sendable {
    /// The name of the ledger file that is meant where none is named.
    static let ledger = "ledger.sqlite"

    let folder: ProcessFolder

    /// The absolute path of a file in the folder.
    func path(_ name: String) -> String { folder.path(name) }

    /// Makes a folder in the folder.
    ///
    /// - Returns: its absolute path.
    func makeFolder(_ name: String) throws -> String { try folder.makeFolder(name) }

    /// Starts an executable on a ledger file.
    func start(
        _ program: Program, _ arguments: [String], on ledger: String = Workshop.ledger
    ) throws -> ChildProcess {
        try folder.start(program, arguments + ["--ledger", path(ledger)])
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
}
