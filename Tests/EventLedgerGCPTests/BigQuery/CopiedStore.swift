import EventLedger
import EventLedgerGCP
import EventLedgerInMemory

/// A store whose events are read from their copy in BigQuery: what it owes as a reader is checked by the suite of event
/// stores.
struct CopiedStore: EventStore {
    let ledger: InMemoryLedger
    let reader: BigQueryReader
    private let writer: BigQueryWriter

    /// Makes a store with a dataset of its own.
    init(_ cloud: GoogleCloud, clock: any LedgerClock, options: BigQueryReader.Options = .init()) async throws {
        let dataset = try BigQueryDataset("ledger", on: cloud)
        try await BigQuerySchema.create(in: dataset)
        ledger = InMemoryLedger(clock: clock)
        // The suite steps its clock by hand, and BigQuery's time is that of the system.
        writer = BigQueryWriter(dataset)
        reader = BigQueryReader(dataset, options: options)
    }

    var clock: any LedgerClock { ledger.clock }

    func commit(_ commit: Commit) async throws -> Receipt {
        let before = try await ledger.head()
        let receipt = try await ledger.commit(commit)
        var events: [RecordedEvent] = []
        // A commit at the same time may copy them too, as a relay may send twice.
        for try await event in ledger.read(.all.after(before)) { events.append(event) }
        let refused = try await writer.send(events)
        guard refused.isEmpty else { throw LedgerError(.invalidValue, "BigQuery refused \(refused.count) rows.") }
        return receipt
    }

    func page(_ selection: EventSelection) async throws -> EventPage { try await reader.page(selection) }
    func head() async throws -> Checkpoint { try await reader.head() }
    func waitForEvents(after checkpoint: Checkpoint) async throws {
        try await reader.waitForEvents(after: checkpoint)
    }
}
