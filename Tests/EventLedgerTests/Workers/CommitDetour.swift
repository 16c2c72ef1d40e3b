import EventLedger
import EventLedgerInMemory

/// A ledger whose commits are made in another way.
struct CommitDetour: LeasingLedger {
    let base: InMemoryLedger
    let way: @Sendable (Commit) async throws -> Receipt

    var clock: any LedgerClock { base.clock }
    var documents: any DocumentStore { base.documents }
    var leasedTasks: any LeasedTaskQueue { base.leasedTasks }
    var deadLetters: any DeadLetterStore { base.deadLetters }

    func commit(_ commit: Commit) async throws -> Receipt { try await way(commit) }
    func page(_ selection: EventSelection) async throws -> EventPage { try await base.page(selection) }
    func head() async throws -> Checkpoint { try await base.head() }
    func waitForEvents(after checkpoint: Checkpoint) async throws { try await base.waitForEvents(after: checkpoint) }
}
