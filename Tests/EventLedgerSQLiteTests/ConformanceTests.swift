import EventLedger
import EventLedgerSQLite
import EventLedgerTesting
import Synchronization
import TestSupport
import Testing

@Suite("The SQLite ledger keeps every obligation") struct ConformanceTests {
    @Test(arguments: EventStoreConformance.obligations)
    func eventStore(_ obligation: EventStoreConformance.Obligation) async throws {
        try await obligation.check(target { $0 }, seed: TestRun.seed())
    }

    @Test(arguments: DocumentStoreConformance.obligations)
    func documents(_ obligation: DocumentStoreConformance.Obligation) async throws {
        try await obligation.check(target { $0.documents }, seed: TestRun.seed())
    }

    @Test(arguments: LeasedTaskQueueConformance.obligations)
    func tasks(_ obligation: LeasedTaskQueueConformance.Obligation) async throws {
        try await obligation.check(target { $0 }, seed: TestRun.seed())
    }

    @Test(arguments: TaskQueueConformance.obligations)
    func deliveredTasks(_ obligation: TaskQueueConformance.Obligation) async throws {
        let subjects = target { ledger in
            TaskQueueSubject.leased(ledger, clock: try #require(ledger.clock as? TestClock))
        }
        try await obligation.check(subjects, seed: TestRun.seed())
    }

    @Test(arguments: DeadLetterStoreConformance.obligations)
    func deadLetters(_ obligation: DeadLetterStoreConformance.Obligation) async throws {
        try await obligation.check(target { $0 }, seed: TestRun.seed())
    }

    @Test(arguments: LedgerConformance.obligations)
    func ledger(_ obligation: LedgerConformance.Obligation) async throws {
        try await obligation.check(target { $0 }, seed: TestRun.seed())
    }

    @Test(arguments: ProjectionConformance.obligations)
    func projections(_ obligation: ProjectionConformance.Obligation) async throws {
        try await obligation.check(
            target { ledger in
                try await Lending.lendBooks(in: ledger)
                return ProjectionSubject(Lending(), over: ledger)
            },
            seed: TestRun.seed()
        )
    }

    /// A ledger in a folder of its own, which can be opened again while it is open, and is removed in the end.
    private func target<Subject: Sendable>(
        _ part: @escaping @Sendable (SQLiteLedger) async throws -> Subject
    ) -> ConformanceTarget<Subject> {
        ConformanceTarget(claiming: Set(ConformanceCapability.allCases)) { clock in
            let opened = try OpenedLedgers(clock: clock)
            return .init(
                try await part(try await opened.open()), reopen: { try await part(try await opened.open()) },
                tearDown: { _ in await opened.close() }
            )
        }
    }
}

/// The ledgers that a check opened on one file.
private final class OpenedLedgers: Sendable {
    private let folder: TemporaryFolder
    private let options: SQLiteLedgerOptions
    private let ledgers = Mutex<[SQLiteLedger]>([])

    init(clock: any LedgerClock) throws {
        folder = try TemporaryFolder()
        options = SQLiteLedgerOptions(clock: clock)
    }

    func open() async throws -> SQLiteLedger {
        let ledger = try await SQLiteLedger.open(folder.file(), options: options)
        ledgers.withLock { $0.append(ledger) }
        return ledger
    }

    func close() async {
        for ledger in ledgers.withLock({ $0 }) { await ledger.close() }
    }
}
