import EventLedger
import EventLedgerGCP
import GCPTestSupport
import Testing

@Suite(
    "Google's own client and BigQuery", .enabled(if: GCPServices.hasBigQuery, GCPServices.hint),
    .enabled(if: Judge.bigquery.isInstalled, Judge.bigquery.hint), .timeLimit(.minutes(10))
)
struct BigQueryJudgeTests {
    @Test("It reads what we wrote, and we read what it wrote")
    func judge() async throws {
        let sample = try await BigQuerySample(), copy = try await BigQuerySample(0)
        _ = try await sample.writer.send(sample.events)
        let rows = try await Judge.bigquery.run(["read", sample.cloud.project, sample.dataset.name])
        #expect(rows.count == sample.events.count)
        for (row, event) in zip(rows, sample.events) {
            #expect(row["data"] == .string(event.data.text))
            #expect(row["position"] == .integer(event.position.rawValue))
            #expect(row["id"] == .string(event.id.rawValue))
            #expect(row["recorded_at"] == .string(event.recordedAt.description))
            #expect(row["occurred_at"] == .string(event.occurredAt.description))
            #expect(row["event_hash"] == .string(event.hash.description))
            #expect(row["tags"] == .array(event.tags.map { .string($0.rawValue) }))
        }
        _ = try await Judge.bigquery.run(["write", copy.cloud.project, copy.dataset.name], lines: rows)
        let read = try await BigQuerySample.all(copy.reader)
        #expect(read == sample.events)
    }
}
