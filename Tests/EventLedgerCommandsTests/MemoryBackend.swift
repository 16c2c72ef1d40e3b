import EventLedger
import EventLedgerCommands
import EventLedgerInMemory
import Synchronization

/// Ledgers in memory by name, for `--backend memory:NAME`: what is no file.
final class MemoryBackend: LedgerBackend {
    let name = "memory"
    private let ledgers = Mutex<[String: InMemoryLedger]>([:])

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

    func open(
        _ location: String, _ access: LedgerAccess, in context: CommandContext
    ) async throws -> OpenedLedger {
        guard access == .create || names.contains(location) else {
            throw CommandFailure(.unavailable, "There is no ledger '\(location)' in memory.")
        }
        return OpenedLedger(
            ledger(location), name: "memory:\(location)", facts: { [LedgerFact("kind", "kind", .string("memory"))] })
    }
}
