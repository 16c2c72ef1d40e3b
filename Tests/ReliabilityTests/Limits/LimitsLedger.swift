import EventLedger
import EventLedgerInMemory
import EventLedgerSQLite
import EventLedgerTesting
import TestSupport

/// The backends whose limits are tried.
enum LimitsBackend: String, CaseIterable, Sendable {
    case inMemory, sqlite

    /// Runs a closure with an empty ledger, which is closed and removed in the end.
    func withLedger(_ body: (LimitsLedger) async throws -> Void) async throws {
        let ledger = try await LimitsLedger(self)
        do {
            try await body(ledger)
        } catch {
            await ledger.close()
            throw error
        }
        await ledger.close()
    }
}

/// A ledger of either backend, which can be closed and opened again where it has a file.
final class LimitsLedger {
    private(set) var ledger: any LeasingLedger
    private let folder: TemporaryFolder?
    private var file: SQLiteLedger?

    init(_ backend: LimitsBackend) async throws {
        switch backend {
        case .inMemory:
            folder = nil
            ledger = InMemoryLedger()
        case .sqlite:
            let folder = try TemporaryFolder()
            let file = try await SQLiteLedger.open(folder.file())
            self.folder = folder
            self.file = file
            ledger = file
        }
    }

    /// Closes the file and opens it again; a ledger in memory stays as it is.
    func reopen() async throws {
        guard let folder else { return }
        await file?.close()
        let opened = try await SQLiteLedger.open(folder.file())
        file = opened
        ledger = opened
    }

    func close() async { await file?.close() }
}

extension EventReader {
    /// All events of a selection.
    func everything(_ selection: EventSelection = .all) async throws -> [RecordedEvent] {
        var events: [RecordedEvent] = []
        for try await event in read(selection) { events.append(event) }
        return events
    }
}
