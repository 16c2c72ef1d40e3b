import EventLedger
import EventLedgerGCP
import Foundation
import Testing

@Suite("Google's own client and BigQuery", .enabled(if: GCPServices.hasBigQuery, GCPServices.hint))
struct BigQueryJudgeTests {
    @Test("It reads what we wrote, and we read what it wrote")
    func judge() async throws {
        let sample = try await BigQuerySample(), copy = try await BigQuerySample(0)
        _ = try await sample.writer.send(sample.events)
        let lines = try await Self.run("read", sample)
        let rows = try lines.split(separator: "\n").map { try #require(try JSONText("\($0)").value().objectValue) }
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
        _ = try await Self.run("write", copy, input: lines)
        let read = try await BigQuerySample.all(copy.reader)
        #expect(read == sample.events)
    }

    /// Runs the judge to its end off the threads of Swift's pool.
    private static func run(_ verb: String, _ sample: BigQuerySample, input: String = "") async throws -> String {
        let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Support/gcp/judges/bigquery.py")
        let process = Process(), output = Pipe(), feed = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", script.path, verb, sample.cloud.project, sample.dataset.name]
        process.standardOutput = output
        process.standardInput = feed
        let status = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do {
                try process.run()
                try feed.fileHandleForWriting.write(contentsOf: Data(input.utf8))
                try feed.fileHandleForWriting.close()
            } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: error)
            }
        }
        // A few lines, which the pipe holds.
        let text = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        try #require(status == 0)
        return text
    }
}
