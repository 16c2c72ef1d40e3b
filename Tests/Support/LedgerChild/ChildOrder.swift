import EventLedger
import EventLedgerGCP
import EventLedgerSQLite

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What the process was started to do: a mode, a ledger file or a project with a ledger on Firestore, and settings as
/// `name=value`.
struct ChildOrder: Sendable {
    enum Mode: String, Sendable {
        /// Commits until it has made enough, or is told to stop.
        case commit
        /// Runs a task worker until its queues are empty.
        case work
        /// Leases one task, and tries to complete it when it is told to.
        case hold
        /// Commits to Firestore until it has made enough, or is told to stop.
        case commitToCloud = "commit-to-cloud"
        /// Makes the commits on Firestore that its parent tells it.
        case serveCloud = "serve-cloud"
        /// Hands the tasks of a ledger on Firestore to Cloud Tasks.
        case dispatch
    }

    let mode: Mode
    let path: String
    private let settings: [String: String]

    init(_ arguments: [String]) throws {
        guard arguments.count >= 2, let mode = Mode(rawValue: arguments[0]) else {
            throw LedgerError(.invalidValue, "Give a mode and a ledger file or a project.")
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

    /// Opens the ledger on Firestore of a project, as an application does: by what the environment says. Setting: `host`,
    /// where Firestore is instead.
    func openCloud(telling parent: Parent, tasks: CloudTasksSettings? = nil) async throws -> FirestoreLedger {
        var environment = ProcessInfo.processInfo.environment
        environment["GOOGLE_CLOUD_PROJECT"] = path
        if let host = settings["host"] { environment[GoogleServiceName.firestore.emulatorVariable] = host }
        // A process that forgot to say where its emulator is must not look for the service itself.
        guard environment[GoogleServiceName.firestore.emulatorVariable] != nil else {
            throw LedgerError(.invalidValue, "The environment does not say where Firestore's emulator is.")
        }
        var options = FirestoreLedgerOptions(
            pollInterval: .milliseconds(50), commitDeadline: .milliseconds(try number("patience", unless: 30_000))
        )
        options.cloudTasks = tasks
        let cloud = try await GoogleCloud.fromEnvironment(environment)
        let ledger = try FirestoreLedger(on: cloud, options: options)
        parent.tell("opened")
        return ledger
    }

    /// Opens the ledger file. Others may hold its lock for longer than the process is patient; then it is tried again.
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
