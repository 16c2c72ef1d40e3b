import EventLedger
import EventLedgerInMemory
import EventLedgerTesting

/// A ledger that breaks one promise, to see that this is found out.
struct BrokenSubject: ModelSubject {
    enum Fault: Sendable, CaseIterable {
        case forgetsVersionConditions
        case forgetsExpectations
        case dropsTheSecondTag
        case losesTasksOfCommits
        case readsOneEventTooFew
    }

    private let ledger: BrokenLedger

    init(_ fault: Fault, clock: TestClock, profile: ModelProfile) {
        let base = InMemoryLedger(clock: clock, commitRetention: profile.commitRetention)
        ledger = BrokenLedger(base: base, fault: fault)
    }

    func open() async throws -> any LeasingLedger { ledger }
    func close(_ ledger: any LeasingLedger) async {}
    func checkpoint(_ ledger: any LeasingLedger) async throws {}
}

private struct BrokenLedger: LeasingLedger {
    let base: InMemoryLedger
    let fault: BrokenSubject.Fault

    var clock: any LedgerClock { base.clock }
    var documents: any DocumentStore { base.documents }
    var leasedTasks: any LeasedTaskQueue { base.leasedTasks }
    var deadLetters: any DeadLetterStore { base.deadLetters }

    func head() async throws -> Checkpoint { try await base.head() }
    func waitForEvents(after checkpoint: Checkpoint) async throws { try await base.waitForEvents(after: checkpoint) }

    func commit(_ commit: Commit) async throws -> Receipt { try await base.commit(broken(commit)) }

    func page(_ selection: EventSelection) async throws -> EventPage {
        let page = try await base.page(selection)
        guard fault == .readsOneEventTooFew, page.events.count > 2 else { return page }
        return EventPage(events: page.events.dropLast(), checkpoint: page.checkpoint, next: page.next)
    }

    private func broken(_ commit: Commit) -> Commit {
        switch fault {
        case .forgetsVersionConditions: return commit.copy(id: commit.id, requiringVersions: false) { $0 }
        case .forgetsExpectations: return commit.copy(id: commit.id, requiringRevisions: false) { $0 }
        case .dropsTheSecondTag:
            return commit.copy(id: commit.id) { event in
                let tags = event.tags.enumerated().filter { $0.offset != 1 }.map(\.element)
                return NewEvent(
                    type: event.type, schemaVersion: event.schemaVersion, data: event.data, tags: tags, id: event.id,
                    occurredAt: event.occurredAt, metadata: event.metadata
                )
            }
        case .losesTasksOfCommits:
            var copy = Commit(id: commit.id, metadata: commit.metadata)
            for append in commit.appends {
                copy.append(contentsOf: append.events, to: append.stream, expecting: append.expectation)
            }
            for write in commit.documents { copy.write(write) }
            return copy
        case .readsOneEventTooFew: return commit
        }
    }
}
