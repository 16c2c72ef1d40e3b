import EventLedger
import EventLedgerGCP
import EventLedgerInMemory
import GCPTestSupport
import Testing

@Suite("Events in BigQuery", .enabled(if: GCPServices.hasBigQuery, GCPServices.hint)) struct BigQueryTests {
    @Test("What is written is read byte for byte")
    func roundTrip() async throws {
        let sample = try await BigQuerySample()
        let refused = try await sample.writer.send(sample.events)
        #expect(refused.isEmpty)
        let read = try await BigQuerySample.all(sample.reader)
        #expect(read == sample.events)
        let head = try await sample.reader.head()
        #expect(head == Checkpoint(12))
    }

    @Test("A reader ends at a gap, and goes on when it is filled")
    func gap() async throws {
        let sample = try await BigQuerySample()
        let late = sample.events.filter { $0.position == 5 || $0.position == 9 }
        _ = try await sample.writer.send(sample.events.filter { !late.contains($0) })
        let reader = sample.reader
        let before = try await BigQuerySample.all(reader)
        #expect(before.map(\.position) == [1, 2, 3, 4])
        let backwards = try await reader.page(.stream("s-1").backwards)
        #expect(backwards.events.map(\.position) == [2])
        let beyond = try await reader.page(.all.after(4))
        #expect(beyond.events.isEmpty)
        #expect(beyond.checkpoint == Checkpoint(4))
        _ = try await sample.writer.send([late[0]])
        let head = try await reader.head()
        #expect(head == Checkpoint(8))
        _ = try await sample.writer.send([late[1]])
        let after = try await BigQuerySample.all(reader)
        #expect(after == sample.events)
    }

    @Test("What is there twice is read once, and there once in the view")
    func duplicates() async throws {
        let sample = try await BigQuerySample()
        let loader = BigQueryLoader(sample.dataset)
        _ = try await sample.writer.send(sample.events)
        #expect(try await loader.load(sample.events).isEmpty)
        // The same job, so it is not done again.
        #expect(try await loader.load(sample.events).isEmpty)
        let read = try await BigQuerySample.all(sample.reader)
        #expect(read == sample.events)
        #expect(try await sample.count("events") == 24)
        #expect(try await sample.count("events_deduplicated") == 12)
        #expect(try await sample.count("events_json") == 12)
        #expect(try await sample.count("position_gaps") == 0)
    }

    @Test("Two events of one position are an error")
    func contradiction() async throws {
        let time = SystemClock().now
        let sample = try await BigQuerySample(at: time), other = try await BigQuerySample(at: time)
        _ = try await sample.writer.send(sample.events)
        _ = try await sample.writer.send([other.events[3]])
        await #expect { try await BigQuerySample.all(sample.reader) } throws: { error in
            (error as? LedgerError)?.code == .corrupt && (error as? LedgerError)?.details["position"] == "4"
        }
    }

    @Test("Rows that BigQuery cannot take for the moment are sent again, the others are not")
    func transientRows() async throws {
        let sample = try await BigQuerySample()
        try await sample.order(["operation": "row", "reason": "stopped", "count": 3])
        try await sample.order(["operation": "row", "reason": "backendError", "count": 2])
        let refused = try await sample.writer.send(sample.events)
        #expect(refused.isEmpty)
        #expect(try await sample.count("events") == 12)
    }

    @Test("A row that is never taken is given back, and the others are written")
    func refusedRow() async throws {
        let sample = try await BigQuerySample()
        let bad = sample.events[4]
        try await sample.order(["operation": "row", "reason": "invalid", "insertId": .string(bad.id.rawValue)])
        let refused = try await sample.writer.send(sample.events)
        #expect(refused.map(\.event) == [bad])
        #expect(refused.first?.reason.message.contains("invalid") == true)
        #expect(try await sample.count("events") == 11)
    }

    @Test("An answer that was lost is no second row to anybody")
    func lostAnswer() async throws {
        let sample = try await BigQuerySample()
        try await sample.order(["operation": "insertAll", "reason": "backendError", "applied": true])
        await #expect(throws: LedgerError.self) { try await sample.writer.send(sample.events) }
        let refused = try await sample.writer.send(sample.events)
        #expect(refused.isEmpty)
        let read = try await BigQuerySample.all(sample.reader)
        #expect(read == sample.events)
    }

    @Test("A query that takes its time is awaited")
    func slowQuery() async throws {
        let sample = try await BigQuerySample()
        _ = try await sample.writer.send(sample.events)
        try await sample.order(["operation": "query", "reason": "incomplete", "count": 2])
        let head = try await sample.reader.head()
        #expect(head == Checkpoint(12))
    }

    @Test("A page whose query is forgotten is asked for anew, also by another reader")
    func forgottenQuery() async throws {
        let sample = try await BigQuerySample()
        _ = try await sample.writer.send(sample.events)
        var options = BigQueryReader.Options()
        options.eventsPerPage = 5
        let reader = BigQueryReader(sample.dataset, options: options)
        let first = try await reader.page(.all)
        #expect(first.events.count == 5)
        let next = try #require(first.next)
        try await sample.order(["operation": "results", "reason": "notFound", "status": 404])
        let second = try await reader.page(next)
        let elsewhere = try await BigQueryReader(sample.dataset, options: options).page(next)
        #expect(second.events == Array(sample.events[5..<10]))
        #expect(elsewhere.events == second.events)
    }

    @Test("The copy is verified, compared and replayed as the ledger is")
    func integrity() async throws {
        let sample = try await BigQuerySample(60)
        _ = try await sample.writer.send(sample.events)
        let reader = sample.reader
        let report = try await LedgerVerifier(reader).verify()
        #expect(report.isSound)
        #expect(report.events == 60)
        let comparison = try await LedgerComparison(sample.ledger, reader, window: 17).compare()
        #expect(comparison.difference == nil)
        #expect(comparison.equalEvents == 60)
        try await sample.run("UPDATE `{{project}}.{{dataset}}.events` SET data = '{}' WHERE position = 33")
        let tampered = try await LedgerComparison(sample.ledger, sample.reader, window: 17).compare()
        #expect(tampered.difference?.position == 33)
        #expect(tampered.difference?.aspects == [.data])
        #expect(try await !LedgerVerifier(sample.reader).verify().isSound)
    }

    @Test("The schema can be made again, and keeps what is there")
    func schemaAgain() async throws {
        let sample = try await BigQuerySample()
        _ = try await sample.writer.send(sample.events)
        let made = try await BigQuerySchema.create(in: sample.dataset)
        #expect(!made.dataset && !made.table)
        #expect(try await sample.count("events") == 12)
        #expect(try await sample.count("events_by_type") == 1)
        #expect(try await sample.count("events_provenance") == 2)
        #expect(try await sample.count("events_by_day") == 1)
    }

    @Test("Several may make the schema at once")
    func schemaAtOnce() async throws {
        let dataset = try BigQueryDataset("ledger", on: GCPServices.cloud())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 { group.addTask { try await BigQuerySchema.create(in: dataset) } }
            try await group.waitForAll()
        }
        let head = try await BigQueryReader(dataset).head()
        #expect(head == .start)
    }

    @Test("Each partition is a reader of its own")
    func partitions() async throws {
        let sample = try await BigQuerySample(30)
        // As a partitioned ledger numbers them.
        var counts = [0, 0, 0]
        let events = sample.events.map { event in
            let partition = Partition.index(of: event.stream, among: 3)
            counts[partition] += 1
            return RecordedEvent(
                position: Position(Int64(counts[partition])), stream: event.stream, revision: event.revision,
                id: event.id,
                type: event.type, schemaVersion: event.schemaVersion, data: event.recordedData, tags: event.tags,
                occurredAt: event.occurredAt, recordedAt: event.recordedAt, encodedMetadata: event.encodedMetadata,
                hash: event.hash
            )
        }
        #expect(counts.count { $0 > 0 } > 1)
        _ = try await BigQueryWriter(sample.dataset, partitions: 3).send(events)
        for number in 0..<3 {
            let read = try await BigQuerySample.all(BigQueryReader(sample.dataset, partition: number))
            #expect(read == events.filter { Partition.index(of: $0.stream, among: 3) == number })
        }
    }
}

extension BigQuerySample {
    /// Runs a statement as an analyst would.
    @discardableResult
    func run(_ sql: String) async throws -> JSONObject {
        let base = try #require(cloud.emulators[.bigquery])
        let body: JSONValue = ["query": .string(try dataset.render(sql)), "useLegacySql": false]
        let url = "\(base)/bigquery/v2/projects/\(cloud.project)/queries"
        let response = try await cloud.transport.send(HTTPRequest(.post, url, body: body.canonicalBytes))
        try #require(response.isSuccess)
        return try #require(try JSONText(response.body).value().objectValue)
    }

    /// How many rows a table or a view has.
    func count(_ name: String) async throws -> Int {
        let answer = try await run("SELECT * FROM `{{project}}.{{dataset}}.\(name)`")
        return try #require(Int(answer["totalRows"]?.stringValue ?? ""))
    }
}
