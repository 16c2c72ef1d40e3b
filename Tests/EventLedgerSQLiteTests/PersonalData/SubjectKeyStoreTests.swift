import EventLedger
import EventLedgerSQLite
import EventLedgerTesting
import Synchronization
import TestSupport
import Testing

@Suite("The key file keeps every obligation") struct SubjectKeyStoreTests {
    @Test(arguments: SubjectKeyStoreConformance.obligations)
    func keys(_ obligation: SubjectKeyStoreConformance.Obligation) async throws {
        let target = ConformanceTarget<any SubjectKeyStore>(claiming: [.reopening]) { clock in
            let opened = try OpenedKeyFiles(clock: clock)
            return .init(
                try await opened.open(), reopen: { try await opened.open() }, tearDown: { _ in await opened.close() }
            )
        }
        try await obligation.check(target, seed: TestRun.seed())
    }
}

/// The key stores that a check opened on one file.
private final class OpenedKeyFiles: Sendable {
    private let folder: TemporaryFolder
    private let clock: any LedgerClock
    private let stores = Mutex<[SQLiteSubjectKeyStore]>([])

    init(clock: any LedgerClock) throws {
        folder = try TemporaryFolder()
        self.clock = clock
    }

    func open() async throws -> SQLiteSubjectKeyStore {
        let store = try await SQLiteSubjectKeyStore.open(folder.file("keys.sqlite"), clock: clock)
        stores.withLock { $0.append(store) }
        return store
    }

    func close() async {
        for store in stores.withLock({ $0 }) { await store.close() }
    }
}
