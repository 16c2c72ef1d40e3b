import EventLedger
import EventLedgerInMemory

func replayAndCompare(_ ledger: any Ledger, into empty: any DocumentStore) async throws -> ComparisonReport {
    let replay = Replay(
        [Readers(), Books()], from: ledger, into: empty, within: ReplayBounds(live: ledger.documents)
    )
    for try await progress in replay.run() {
        print(progress.eventsRead, "of", progress.total ?? 0, "events")
    }
    return try await DocumentComparison(of: ledger.documents, with: empty)
        .compare([Reader.collection, BookState.collection])
}

func tryReplay(of ledger: any Ledger, since day: Timestamp) async throws -> ReplayReport {
    let replay = Replay(
        [Books()], from: ledger, into: ledger.documents, within: ReplayBounds(since: day),
        dryRunIn: InMemoryLedger().documents
    )
    return try await replay.run { progress in print(progress.eventsPerSecond) }
}
