import EventLedger
import EventLedgerCommands
import EventLedgerGCP

/// The copy of a ledger's events that `prepare` makes. Where it is not there it cannot be used: that is no answer of a
/// command's, and who uses the tools makes it with one of them.
struct PreparedCopy: EventReader {
    private let reader: BigQueryReader
    private let missing: CommandFailure

    init(_ dataset: BigQueryDataset, of ledger: String, clock: any LedgerClock) {
        reader = BigQueryReader(dataset, clock: clock)
        let backend = GoogleCloudBackend().name
        let place = ledger == GoogleCloudBackend.ledgerName(at: "") ? backend : "\(backend):\(ledger)"
        missing = CommandFailure(
            .unavailable,
            "The copy of the events, the BigQuery table '\(dataset.cloud.project):\(dataset.name).events', is not there. "
                + "Make it with 'collector prepare --backend \(place)', or unset EVENTLEDGER_DATASET to do without.")
    }

    func page(_ selection: EventSelection) async throws -> EventPage {
        try await requiringCopy { try await reader.page(selection) }
    }

    func head() async throws -> Checkpoint {
        try await requiringCopy { try await reader.head() }
    }

    func waitForEvents(after checkpoint: Checkpoint) async throws {
        try await requiringCopy { try await reader.waitForEvents(after: checkpoint) }
    }

    private func requiringCopy<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as LedgerError where error.code == .notFound {
            throw missing
        }
    }
}
