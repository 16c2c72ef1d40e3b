import EventLedger
import EventLedgerGCP
import EventLedgerInMemory
import EventLedgerTesting
import GCPTestSupport
import Testing

@Suite("Load jobs of BigQuery", .enabled(if: GCPServices.hasBigQuery, GCPServices.hint)) struct BigQueryLoadTests {
    /// Events that are too old to be streamed.
    private func old(_ count: Int = 12) async throws -> BigQuerySample {
        try await BigQuerySample(count, at: try #require(Timestamp("2009-03-01T12:00:00.000001Z")))
    }

    private func refuse(_ event: RecordedEvent, in sample: BigQuerySample, unnamed: Bool) async throws {
        try await sample.order([
            "operation": "loadRow", "reason": "invalid", "insertId": .string(event.id.rawValue), "count": 1_000,
            "unnamed": .bool(unnamed),
        ])
    }

    @Test("Events that are too old to be streamed are loaded")
    func oldEvents() async throws {
        let sample = try await old()
        let refused = try await sample.writer.send(sample.events)
        #expect(refused.isEmpty)
        let read = try await BigQuerySample.all(sample.reader)
        #expect(read == sample.events)
    }

    @Test("A load job that fails for the moment is begun again, and awaited")
    func failingJob() async throws {
        let sample = try await BigQuerySample()
        try await sample.order(["operation": "loadJob", "reason": "backendError"])
        try await sample.order(["operation": "load", "reason": "incomplete", "count": 2])
        let count = try await BigQueryLoader(sample.dataset).load(from: sample.ledger)
        #expect(count == 12)
        #expect(try await sample.count("events") == 12)
    }

    @Test(
        "Jobs that fail for reasons that pass bury nothing, and a later attempt goes on",
        arguments: ["backendError", "rateLimitExceeded", "quotaExceeded", "timeout"])
    func passing(reason: String) async throws {
        let sample = try await old()
        let clock = TestClock()
        let writer = BigQueryWriter(sample.dataset, clock: clock)
        try await sample.order(["operation": "loadJob", "reason": .string(reason), "count": 7])
        let error = await #expect(throws: LedgerError.self) {
            try await clock.stepping { try await writer.send(sample.events) }
        }
        #expect(error?.code == .unavailable)
        #expect(error?.details["reason"] == reason)
        #expect(try await sample.count("events") == 0)
        let refused = try await clock.stepping { try await writer.send(sample.events) }
        #expect(refused.isEmpty)
        #expect(try await sample.count("events") == 12)
    }

    @Test("A row that is never loaded is given back, and the others are loaded", arguments: [false, true])
    func refusedRows(unnamed: Bool) async throws {
        let sample = try await old(40)
        let bad = [sample.events[3], sample.events[20], sample.events[39]]
        for event in bad { try await refuse(event, in: sample, unnamed: unnamed) }
        let refused = try await sample.writer.send(sample.events)
        #expect(Set(refused.map(\.event.position)) == Set(bad.map(\.position)))
        #expect(refused.count == 3)
        #expect(refused.allSatisfy { $0.reason.message.contains("invalid") })
        #expect(try await sample.count("events") == 37)
        // What is sent again finds the jobs that there were.
        let again = try await sample.writer.send(sample.events)
        #expect(again.count == 3)
        #expect(try await sample.count("events") == 37)
    }

    @Test("A relay records the events that are never loaded, and goes on")
    func deadLetters() async throws {
        let sample = try await old(30)
        let bad = sample.events[17]
        try await refuse(bad, in: sample, unnamed: true)
        let relay = EventRelay(
            "bigquery", from: sample.ledger, to: sample.writer, keeping: sample.ledger.documents,
            deadLetters: sample.ledger.deadLetters
        )
        let report = try await relay.catchUp()
        #expect(report.events == 29)
        #expect(report.refused == 1)
        #expect(report.checkpoint == Checkpoint(30))
        let letters = try await sample.ledger.deadLetters.letters()
        #expect(letters.map(\.origin) == ["relay/bigquery"])
        #expect(letters.first?.errorType == "BigQueryRowError")
        #expect(try await sample.count("events") == 29)
    }

    @Test("A table that takes next to nothing is an error, not a heap of dead letters")
    func unfitTable() async throws {
        let sample = try await old(150)
        try await sample.order(["operation": "loadRow", "reason": "invalid", "count": 10_000, "unnamed": true])
        let error = await #expect(throws: LedgerError.self) { try await sample.writer.send(sample.events) }
        #expect(error?.code == .bigQueryRefused)
        #expect(error?.message.contains("columns") == true)
    }

    @Test(
        "A job that fails for a reason that lasts ends the loading",
        arguments: [
            ("notFound", LedgerError.Code.notFound), ("accessDenied", .forbidden), ("blocked", .bigQueryRefused),
        ])
    func lasting(reason: String, code: LedgerError.Code) async throws {
        let sample = try await old()
        try await sample.order(["operation": "loadJob", "reason": .string(reason)])
        let error = await #expect(throws: LedgerError.self) { try await sample.writer.send(sample.events) }
        #expect(error?.code == code)
        #expect(error?.details["reason"] == reason)
    }
}
