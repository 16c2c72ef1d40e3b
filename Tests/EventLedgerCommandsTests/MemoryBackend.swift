import EventLedger
import EventLedgerCommands
import EventLedgerInMemory
import Synchronization

/// Ledgers in memory by name, for `--backend memory:NAME`: what is no file.
final class MemoryBackend: LedgerBackend {
    let name = "memory"
    private let ledgers = Mutex<[String: InMemoryLedger]>([:])
    private let copies = Mutex<[String: String]>([:])

    /// The names of the ledgers that there are.
    var names: [String] { ledgers.withLock { $0.keys.sorted() } }

    /// A ledger, made where there is none.
    func ledger(_ name: String) -> InMemoryLedger {
        ledgers.withLock { ledgers in
            let ledger = ledgers[name] ?? InMemoryLedger()
            ledgers[name] = ledger
            return ledger
        }
    }

    /// Has `replay` and `verify` of a ledger read another one in its place.
    func copy(_ name: String, to copy: String) { copies.withLock { $0[name] = copy } }

    func open(
        _ location: String, _ access: LedgerAccess, in context: CommandContext
    ) async throws -> OpenedLedger {
        guard access == .create || names.contains(location) else {
            throw CommandFailure(.unavailable, "There is no ledger '\(location)' in memory.")
        }
        let copy: (any EventReader)? = copies.withLock { $0[location] }.map { ledger($0) }
        return OpenedLedger(
            ledger(location), copy: copy, name: "memory:\(location)",
            facts: { [LedgerFact("kind", "kind", .string("memory"))] })
    }
}
