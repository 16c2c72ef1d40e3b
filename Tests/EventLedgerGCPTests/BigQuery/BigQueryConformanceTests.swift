import EventLedger
import EventLedgerGCP
import EventLedgerTesting
import GCPTestSupport
import TestSupport
import Testing

@Suite("BigQuery's reader keeps what readers owe", .enabled(if: GCPServices.hasBigQuery, GCPServices.hint))
struct BigQueryConformanceTests {
    /// Those of an event store that are about reading: content, times, chains, selections, checkpoints, names.
    static let obligations = EventStoreConformance.obligations.filter { [8, 10, 11, 12, 14].contains($0.number) }

    @Test(arguments: obligations)
    func reading(_ obligation: EventStoreConformance.Obligation) async throws {
        try await obligation.check(seed: TestRun.seed()) { clock in
            var options = BigQueryReader.Options()
            options.pollInterval = .milliseconds(20)
            // Few, so that a selection takes several queries, and a query several pages.
            options.eventsPerPage = 40
            options.eventsPerQuery = 100
            return try await CopiedStore(GCPServices.cloud(), clock: clock, options: options)
        }
    }
}
