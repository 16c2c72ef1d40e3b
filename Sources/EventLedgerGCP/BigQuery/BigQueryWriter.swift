public import EventLedger

/// Writes events into BigQuery: the target of a relay, or called directly.
///
/// Events are streamed (`tabledata.insertAll`); those that were recorded too long ago for that go by load jobs. BigQuery
/// recognizes a row that is sent again for about a minute, as best it can, by the event's id; what is there twice anyway is
/// one event to ``BigQueryReader`` and to the view `events_deduplicated`.
///
/// ```swift
/// let relay = EventRelay("bigquery", from: ledger, to: BigQueryWriter(dataset), keeping: ledger.documents)
/// ```
///
/// Events of a ``PartitionedFirestoreLedger`` come from the whole of it, or through Pub/Sub, in any order of its partitions; each
/// partition is then read by a ``BigQueryReader`` of its own, and compared with ``PartitionedFirestoreLedger/partition(_:)``.
///
/// Streaming costs by bytes, load jobs nothing; see `Documentation/google-cloud.md`. It needs `bigquery.tables.updateData` and
/// `bigquery.tables.get` on the table, and for load jobs `bigquery.jobs.create` in the project.
public struct BigQueryWriter: EventRelayTarget {
    /// How old a streamed event may be. BigQuery documents ten years for a table partitioned by a column, and was seen to
    /// refuse what is older than 1,825 days.
    static let oldest = Duration.seconds(1_800 * 86_400)
    /// How far ahead of the clock a streamed event may be; BigQuery takes a year.
    static let newest = Duration.seconds(300 * 86_400)
    /// How many rows a request has at the most; Google recommends 500.
    private static let rowsPerRequest = 500
    /// How many bytes of rows a request has at the most; BigQuery takes 10 MB in all.
    private static let bytesPerRequest = 9_000_000
    /// So often rows are sent that BigQuery could not take for the moment.
    private static let attempts = 6

    private let client: BigQueryClient
    private let loader: BigQueryLoader
    private let partitionCount: Int
    private let clock: any LedgerClock

    /// Makes a writer.
    ///
    /// - Parameters:
    ///   - dataset: Where to; ``BigQuerySchema/create(in:)`` makes the table.
    ///   - partitions: How many partitions the ledger has; 1 or less for a whole one. Of which an event is, its stream tells.
    ///   - clock: Waits between attempts, and tells which events are too old to be streamed.
    public init(_ dataset: BigQueryDataset, partitions: Int = 1, clock: any LedgerClock = SystemClock()) {
        client = BigQueryClient(dataset, clock: clock)
        loader = BigQueryLoader(dataset, partitions: partitions, clock: clock)
        partitionCount = max(1, partitions)
        self.clock = clock
    }

    public var resource: String { client.dataset.tableResource }

    public var batching: EventBatching {
        EventBatching(
            maximumEvents: Self.rowsPerRequest, maximumBytes: Self.bytesPerRequest,
            maximumDelay: .milliseconds(500), maximumInFlight: 4
        )
    }

    public func size(of event: RecordedEvent) -> Int {
        // JSON within JSON: quotation marks and backslashes double.
        let names = event.stream.rawValue.utf8.count * 2 + event.tags.reduce(0) { $0 + $1.rawValue.utf8.count + 8 }
        return 800 + names * 2 + (event.recordedData.bytes.count + event.encodedMetadata.bytes.count) * 2
    }

    /// Makes events durable in BigQuery.
    ///
    /// - Returns: Those that BigQuery will never take, with the reason, whether they were streamed or loaded.
    /// - Throws: ``LedgerError``: `notFound` where the table does not exist, `forbidden`, `unavailable`, `timeout`,
    ///   `bigquery-refused`; or `CancellationError`. Then some of the events may be there: send all of them again.
    public func send(_ events: [RecordedEvent]) async throws -> [RefusedEvent] {
        let now = clock.now
        let window = (now - Self.oldest)...(now + Self.newest)
        let recent = events.filter { window.contains($0.recordedAt) }
        var refused = try await loader.load(events.filter { !window.contains($0.recordedAt) })
        for batch in batches(of: recent) { refused += try await stream(batch) }
        return refused
    }

    private struct Pending {
        let event: RecordedEvent
        let row: BigQueryClient.Row
    }

    private func batches(of events: [RecordedEvent]) -> [[Pending]] {
        var batches: [[Pending]] = []
        var size = 0
        for event in events {
            let partition = Partition.index(of: event.stream, among: partitionCount)
            let row = BigQueryClient.Row(
                insertID: BigQueryEventRow.insertID(event, partition: partition),
                json: BigQueryEventRow.json(event, partition: partition)
            )
            let bytes = row.json.count + row.insertID.utf8.count + 40
            if batches.isEmpty || batches[batches.count - 1].count == Self.rowsPerRequest
                || size + bytes > Self.bytesPerRequest
            {
                batches.append([])
                size = 0
            }
            batches[batches.count - 1].append(Pending(event: event, row: row))
            size += bytes
        }
        return batches
    }

    /// Sends rows until each was taken, or refused for good.
    private func stream(_ rows: [Pending]) async throws -> [RefusedEvent] {
        var pending = rows
        var refused: [RefusedEvent] = []
        var outside: [RecordedEvent] = []
        for attempt in 1... {
            let errors = try await client.insert(pending.map(\.row)[...])
            guard !errors.isEmpty else { break }
            var again: [Pending] = []
            var isTransient = false
            for error in errors {
                let row = pending[error.index]
                switch error.reason {
                case "invalid" where error.location == "recorded_at": outside.append(row.event)
                case "invalid": refused.append(RefusedEvent(row.event, reason: Self.failure(error)))
                case "stopped": again.append(row)
                default:
                    again.append(row)
                    isTransient = true
                }
            }
            // Rows that were only stopped by others go again at once, as long as there are fewer each time.
            isTransient = isTransient || again.count == pending.count
            pending = again
            if pending.isEmpty { break }
            guard attempt < Self.attempts || !isTransient else { throw notTaken(pending.map(\.event), errors) }
            if isTransient { try await pause(behind: attempt) }
        }
        // The service's window is narrower than we think it is.
        refused += try await loader.load(outside)
        return refused
    }

    /// Exponential backoff with full jitter, 8 seconds at the most.
    private func pause(behind attempt: Int) async throws {
        let longest = min(250 << (attempt - 1), 8_000)
        try await clock.sleep(for: .milliseconds(Int.random(in: 0...longest)))
    }

    private static func failure(_ error: BigQueryClient.RowError) -> TaskFailure {
        let column = error.location.isEmpty ? "" : ", column '\(error.location)'"
        return TaskFailure(
            errorType: "BigQueryRowError", message: "BigQuery does not take the row (\(error.reason)\(column))."
        )
    }

    private func notTaken(_ events: [RecordedEvent], _ errors: [BigQueryClient.RowError]) -> LedgerError {
        let reasons = Set(errors.map(\.reason)).sorted().joined(separator: ", ")
        return LedgerError(
            .unavailable, "\(events.count) rows were not taken by \(resource) (\(reasons)). Send them again later.",
            details: ["events": events.prefix(20).map(\.id.rawValue).joined(separator: " "), "reason": reasons]
        )
    }
}
