import EventLedger
import EventLedgerInMemory
import GCPTestSupport
import TestSupport
import Testing

@testable import EventLedgerGCP

extension CloudReliabilityTests {
    /// Relays whose way to the service and to their checkpoint is disturbed.
    @Suite(
        "Faults, relays", .enabled(if: GCPServices.hasFirestore && GCPServices.hasFaultProxy, GCPServices.hint),
        .serialized, .timeLimit(.minutes(60))
    )
    struct RelayFaultTests {
        private static let mishaps: [Mishap] =
            TestRun.isThorough ? Mishap.allCases : [.cutByReset, .unavailable, .swallow, .everything]

        @Test(
            "Pub/Sub gets every event, first deliveries in order",
            .enabled(if: GCPServices.hasPubSub, GCPServices.hint), arguments: mishaps)
        func pubSub(_ mishap: Mishap) async throws {
            try await withWays(mishap, to: .pubsub, on: [":publish"]) { cloud, straight in
                let client = PubSubClient(on: straight)
                let topic = straight.topic("events"), subscription = straight.subscription("readers")
                try await client.create(topic)
                // What a pull loses comes again before the test is over.
                let settings = PubSubSubscriptionSettings(acknowledgmentDeadline: .seconds(10), backoff: nil)
                try await client.create(subscription, of: topic, settings)
                let ledger = try await filled()
                var batching = PubSubTarget.batching
                batching.maximumEvents = 20
                let relay = EventRelay(
                    "events", from: ledger, to: PubSubTarget(topic, on: cloud, batching: batching),
                    keeping: try FirestoreDocumentStore(on: cloud),
                    configuration: EventRelayConfiguration(checkpointInterval: .milliseconds(50))
                )
                let report = try await relay.catchUp()
                #expect(report.refused == 0)

                let events = try await all(ledger)
                var seen: [StreamName: Revision] = [:]
                var received: Set<RecordedEvent> = []
                let end = ContinuousClock.now + .seconds(180)
                while received.count < events.count, ContinuousClock.now < end {
                    let deliveries = try await client.pull(subscription, maximum: 1000, timeout: .seconds(10))
                    for delivery in deliveries {
                        let event = try delivery.message.recordedEvent()
                        let last = seen[event.stream] ?? 0
                        // What was seen before may come again; what comes for the first time is the next one.
                        guard event.revision > last else { continue }
                        #expect(event.revision.rawValue == last.rawValue + 1, "\(mishap): \(event.stream)")
                        seen[event.stream] = event.revision
                        received.insert(event)
                    }
                    try await client.acknowledge(deliveries, of: subscription)
                }
                #expect(received == Set(events), "\(mishap)")
                try await client.delete(subscription)
                try await client.delete(topic)
            }
        }

        @Test(
            "BigQuery gets every event, and each is one to whoever reads",
            .enabled(if: GCPServices.hasBigQuery, GCPServices.hint), arguments: mishaps)
        func bigQuery(_ mishap: Mishap) async throws {
            try await withWays(mishap, to: .bigquery, on: ["/insertAll"]) { cloud, straight in
                let dataset = try BigQueryDataset("ledger", on: straight)
                try await BigQuerySchema.create(in: dataset)
                let ledger = try await filled()
                let target = SmallBatches(base: BigQueryWriter(try BigQueryDataset("ledger", on: cloud)))
                let relay = EventRelay(
                    "bigquery", from: ledger, to: target, keeping: try FirestoreDocumentStore(on: cloud),
                    configuration: EventRelayConfiguration(checkpointInterval: .milliseconds(50))
                )
                let report = try await relay.catchUp()
                #expect(report.refused == 0)
                let events = try await all(ledger)
                let read = try await all(BigQueryReader(dataset))
                #expect(read == events, "\(mishap)")
                #expect(try await rows("events", in: dataset) >= events.count)
                #expect(try await rows("events_deduplicated", in: dataset) == events.count)
                #expect(try await rows("position_gaps", in: dataset) == 0)
            }
        }

        /// Runs `body` with a cloud whose ways to a service and to Firestore are disturbed, and one whose ways are straight.
        private func withWays(
            _ mishap: Mishap, to service: GoogleServiceName, on paths: [String],
            _ body: (GoogleCloud, GoogleCloud) async throws -> Void
        ) async throws {
            try await withFaultRoute(to: try #require(GCPServices.host(service))) { route in
                try await withFaultRoute(to: try #require(GCPServices.host(.firestore))) { way in
                    try await GCPServices.withProject { project in
                        for fault in mishap.faults(on: paths) { try await route.order(fault) }
                        for fault in mishap.faults(on: [":commit"]) { try await way.order(fault) }
                        let cloud = GCPServices.client(project, at: [service: route.host, .firestore: way.host])
                        try await body(cloud, GCPServices.client(project))
                        #expect(try await route.count(mishap.kind) > 0, "nothing went wrong")
                    }
                }
            }
        }

        private func filled() async throws -> InMemoryLedger {
            let ledger = InMemoryLedger()
            for number in 0..<TestRun.count(200, thorough: 2000) {
                try await ledger.commit {
                    let event = NewEvent(type: "noted", data: JSONText(["n": .integer(Int64(number))]))
                    $0.append(contentsOf: [event], to: StreamName("thing-\(number % 7)"))
                }
            }
            return ledger
        }

        private func all(_ reader: some EventReader) async throws -> [RecordedEvent] {
            var events: [RecordedEvent] = []
            for try await event in reader.read() { events.append(event) }
            return events
        }

        /// How many rows a table or a view has.
        private func rows(_ name: String, in dataset: BigQueryDataset) async throws -> Int {
            let base = try #require(dataset.cloud.emulators[.bigquery])
            let sql = try dataset.render("SELECT * FROM `{{project}}.{{dataset}}.\(name)`")
            let body: JSONValue = ["query": .string(sql), "useLegacySql": false]
            let url = "\(base)/bigquery/v2/projects/\(dataset.cloud.project)/queries"
            let response = try await dataset.cloud.transport.send(
                HTTPRequest(.post, url, body: body.canonicalBytes))
            try #require(response.isSuccess)
            let answer = try JSONText(response.body).value().objectValue ?? [:]
            return try #require(Int(answer["totalRows"]?.stringValue ?? ""))
        }
    }
}

/// The same target with few events in a batch, so that there is something on which things can go wrong.
private struct SmallBatches: EventRelayTarget {
    let base: BigQueryWriter

    var resource: String { base.resource }
    var batching: EventBatching {
        var batching = base.batching
        batching.maximumEvents = 20
        return batching
    }
    func size(of event: RecordedEvent) -> Int { base.size(of: event) }
    func send(_ events: [RecordedEvent]) async throws -> [RefusedEvent] { try await base.send(events) }
}
