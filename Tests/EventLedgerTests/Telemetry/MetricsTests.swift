import EventLedger
import EventLedgerInMemory
import EventLedgerTesting
import Metrics
import MetricsTestKit
import Testing

@Suite("Metrics") struct MetricsTests {
    private struct Added: Event {
        static let eventType: EventType = "metrics.added"
        let item: String
    }

    private struct Item: DocumentModel {
        static let collection: CollectionName = "metrics-items"
        let id: String
    }

    private struct Items: Projection {
        let name: ProjectionName = "metrics-items", version = 1
        let query = EventQuery(types: [Added.eventType])
        let collections: Set<CollectionName> = [Item.collection]

        func apply(_ event: RecordedEvent, to view: inout DocumentView) throws {
            guard let added = try event.decode(Added.self) else { return }
            try view.put(Item(id: added.item))
        }
    }

    /// The process has one metrics system, and other tests count beside this one: only what bears this test's names is asked.
    private static let metrics: TestMetrics = {
        let metrics = TestMetrics()
        MetricsSystem.bootstrap(metrics)
        return metrics
    }()

    @Test func projectionsCountWhatTheyDo() async throws {
        let metrics = Self.metrics
        let ledger = InMemoryLedger(clock: TestClock())
        try await ledger.commit {
            try $0.append(contentsOf: ["a", "b", "a"].map { Added(item: $0) }, to: "items-1")
        }
        try await ledger.project(Items())
        let dimensions = [(LedgerAttributes.projection, "metrics-items@1")]
        #expect(try metrics.expectCounter(LedgerMetrics.projectedEvents, dimensions).totalValue == 3)
        #expect(try metrics.expectCounter(LedgerMetrics.projectedDocuments, dimensions).totalValue == 2)
        #expect(try metrics.expectCounter(LedgerMetrics.commits).totalValue >= 1)
    }
}
