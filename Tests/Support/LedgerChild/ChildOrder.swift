import EventLedger
import EventLedgerSQLite

/// What the process was started to do: a mode, a ledger file, and settings as `name=value`.
struct ChildOrder: Sendable {
    enum Mode: String, Sendable {
        /// Commits until it has made enough, or is told to stop.
        case commit
        /// Runs a task worker until its queues are empty.
        case work
        /// Leases one task, and tries to complete it when it is told to.
        case hold
    }

    let mode: Mode
    let path: String
    private let settings: [String: String]

    init(_ arguments: [String]) throws {
        guard arguments.count >= 2, let mode = Mode(rawValue: arguments[0]) else {
            throw LedgerError(.invalidValue, "Give a mode (commit, work or hold) and a ledger file.")
        }
        self.mode = mode
        path = arguments[1]
        var settings: [String: String] = [:]
        for argument in arguments.dropFirst(2) {
            let parts = argument.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else {
                throw LedgerError(.invalidValue, "'\(argument)' is no setting. Write name=value.")
            }
            settings[String(parts[0])] = String(parts[1])
        }
        self.settings = settings
    }

    /// The name of this process among those of the test.
    var name: String { settings["name"] ?? "child" }

    /// A number from zero.
    func number(_ name: String, unless given: Int) throws -> Int {
        guard let text = settings[name] else { return given }
        guard let number = Int(text), number >= 0 else {
            throw LedgerError(.invalidValue, "The setting '\(name)' is no number from zero.")
        }
        return number
    }

    func seed() throws -> UInt64 {
        guard let text = settings["seed"] else { return 0 }
        guard let seed = UInt64(text) else { throw LedgerError(.invalidValue, "The seed is no number from zero.") }
        return seed
    }

    /// Opens the ledger. Others may hold its lock for longer than the process is patient; then it is tried again.
    func open(telling parent: Parent) async throws -> SQLiteLedger {
        let options = SQLiteLedgerOptions(
            durability: try number("synced", unless: 1) == 1 ? .everyCommitSynced : .lastCommitsMayBeLost,
            patience: .milliseconds(try number("patience", unless: 30_000)), pollInterval: .milliseconds(10)
        )
        let ledger = try await parent.insisting(on: "open") { try await SQLiteLedger.open(path, options: options) }
        parent.tell("opened")
        return ledger
    }
}
