public import EventLedger

/// Loads events into BigQuery by load jobs: for imports, whose events are too old to be streamed, and for large amounts.
///
/// Load jobs cost nothing; a table takes 1,500 of them a day. Their rows are there all at once when the job is done. A job's
/// id is derived from the events, so that a load that is repeated finds what the first one did.
///
/// It needs `bigquery.jobs.create` in the project, and `bigquery.tables.get` and `bigquery.tables.updateData` on the table.
public struct BigQueryLoader: Sendable {
    /// How many bytes a job is given at the most: what Google's own clients send in one request.
    private static let bytesPerJob = 5 << 20
    /// So many jobs are begun for the same events, where those before failed.
    private static let attempts = 5

    private let client: BigQueryClient
    private let partitionCount: Int
    private let clock: any LedgerClock
    private let deadline: Duration

    /// Makes a loader.
    ///
    /// - Parameters:
    ///   - dataset: Where to; ``BigQuerySchema/create(in:)`` makes the table.
    ///   - partitions: How many partitions the ledger has; 1 or less for a whole one. Of which an event is, its stream tells.
    ///   - deadline: How long a job may take; 10 minutes unless given. It goes on where it takes longer.
    ///   - clock: Waits for the jobs.
    public init(
        _ dataset: BigQueryDataset, partitions: Int = 1, deadline: Duration = .seconds(600),
        clock: any LedgerClock = SystemClock()
    ) {
        client = BigQueryClient(dataset, clock: clock)
        partitionCount = max(1, partitions)
        self.deadline = deadline
        self.clock = clock
    }

    /// Loads the events of a reader, in constant memory.
    ///
    /// - Returns: How many.
    /// - Throws: The reader's errors, and what ``load(_:)`` throws. What was loaded until then stays, and is not loaded
    ///   twice where the same events are loaded again.
    @discardableResult
    public func load(from reader: any EventReader, _ selection: EventSelection = .all) async throws -> Int {
        var batch: [RecordedEvent] = []
        var size = 0, count = 0
        for try await event in reader.read(selection) {
            let bytes = 1_000 + 2 * (event.recordedData.bytes.count + event.encodedMetadata.bytes.count)
            if size + bytes > Self.bytesPerJob {
                try await load(batch)
                (batch, size) = ([], 0)
            }
            batch.append(event)
            size += bytes
            count += 1
        }
        if !batch.isEmpty { try await load(batch) }
        return count
    }

    /// Loads events; they are in the table when it returns.
    ///
    /// - Throws: ``LedgerError``: `notFound` where the table does not exist, `forbidden`, `unavailable`, `timeout`, or
    ///   `bigquery-refused` where BigQuery does not take a row; or `CancellationError`.
    public func load(_ events: [RecordedEvent]) async throws {
        guard !events.isEmpty else { return }
        // A table that was made anew has not got what the one before it had.
        let creation = try await client.tableCreation()
        var content: [UInt8] = []
        var part: [RecordedEvent] = []
        for event in events {
            let row = BigQueryEventRow.json(
                event, partition: Partition.index(of: event.stream, among: partitionCount)
            )
            if !part.isEmpty, content.count + row.count >= Self.bytesPerJob {
                try await run(content, of: part, creation)
                (content, part) = ([], [])
            }
            content += row
            content.append(UInt8(ascii: "\n"))
            part.append(event)
        }
        try await run(content, of: part, creation)
    }

    private func run(_ content: [UInt8], of events: [RecordedEvent], _ creation: String) async throws {
        let dataset = client.dataset
        let digest = CanonicalDigest.hexadecimal(
            of: [dataset.cloud.project, dataset.name, creation, "\(partitionCount)"]
                + events.flatMap { ["\($0.position)", $0.id.rawValue, $0.hash.description] }
        )
        var reason = ""
        for attempt in 1...Self.attempts {
            let id = "eventledger_\(digest)_\(attempt)"
            try await client.load(content, job: id)
            reason = try await outcome(ofJob: id)
            if reason.isEmpty { return }
            // What is wrong with the rows or the table will be wrong again.
            let isTransient = ["backendError", "internalError", "rateLimitExceeded", "timeout", "tableUnavailable"]
                .contains(reason)
            guard isTransient else { break }
            try await clock.sleep(for: .milliseconds(250 << attempt))
        }
        let isMissing = reason == "notFound"
        throw LedgerError(
            isMissing ? .notFound : .bigQueryRefused,
            "\(events.count) events could not be loaded into \(dataset.tableResource) (\(reason)).",
            details: [
                "reason": reason, "first": events.first?.id.rawValue ?? "", "last": events.last?.id.rawValue ?? "",
            ]
        )
    }

    /// - Returns: Why the job failed; empty where it did not.
    private func outcome(ofJob id: String) async throws -> String {
        let end = clock.now + deadline
        var pause = Duration.milliseconds(200)
        while true {
            if let outcome = try await client.outcome(ofJob: id) { return outcome }
            guard clock.now < end else {
                throw LedgerError(
                    .timeout,
                    "A load job into \(client.dataset.tableResource) is not done in time. Load the events again to wait on.",
                    details: ["job": id]
                )
            }
            try await clock.sleep(for: pause)
            pause = min(pause * 2, .seconds(5))
        }
    }
}
