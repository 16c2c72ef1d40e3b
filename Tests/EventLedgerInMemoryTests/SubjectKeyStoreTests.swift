import EventLedgerInMemory
import EventLedgerTesting
import TestSupport
import Testing

@Suite("The key store in memory keeps every obligation") struct SubjectKeyStoreTests {
    @Test(arguments: SubjectKeyStoreConformance.obligations)
    func keys(_ obligation: SubjectKeyStoreConformance.Obligation) async throws {
        try await obligation.check(seed: TestRun.seed()) { clock in InMemorySubjectKeyStore(clock: clock) }
    }
}
