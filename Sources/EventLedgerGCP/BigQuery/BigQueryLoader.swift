public import EventLedger

/// Loads events into BigQuery by load jobs: for imports, whose events are too old to be streamed, and for large amounts.
///
/// Load jobs cost nothing; a table takes 1,500 of them a day. Their rows are there all at once when the job is done. A job's
/// id is derived from the events and the table, so that a load that is repeated finds what the first one did.
///
/// A job loads all of its rows or none. Where BigQuery does not take some of them, the others are loaded by further jobs: a
/// few for each such event.
///
/// It needs `bigquery.jobs.create` in the project, and `bigquery.tables.get` and `bigquery.tables.updateData` on the table.
public struct BigQueryLoader: Sendable {
    /// How many bytes a job is given at the most: what Google's own clients send in one request.
    private static let bytesPerJob = 5 << 20
    /// So many jobs are begun for the same rows in a row, where those before failed for reasons that pass.
    private static let attempts = 5
    /// So often the rows of one job are divided to find those that are not taken. Who needs more has a table of other columns
    /// as a rule, and should not use up its jobs of the day.
    private static let divisions = 100

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

    private struct Row: Sendable {
        let event: RecordedEvent
        let json: [UInt8]
    }

    /// Loads the events of a reader, in constant memory.
    ///
    /// - Returns: How many.
    /// - Throws: The reader's errors, what ``load(_:)`` throws, and `bigquery-refused` where BigQuery does not take an event; those
    ///   read until then are loaded without it. What was loaded stays, and is not loaded twice where the same events are
    ///   loaded again.
    @discardableResult
    public func load(from reader: any EventReader, _ selection: EventSelection = .all) async throws -> Int {
        var batch: [RecordedEvent] = []
        var size = 0, count = 0
        for try await event in reader.read(selection) {
            let bytes = 1_000 + 2 * (event.recordedData.bytes.count + event.encodedMetadata.bytes.count)
            if size + bytes > Self.bytesPerJob {
                try await loadAll(batch)
                (batch, size) = ([], 0)
            }
            batch.append(event)
            size += bytes
            count += 1
        }
        try await loadAll(batch)
        return count
    }

    private func loadAll(_ events: [RecordedEvent]) async throws {
        let refused = try await load(events)
        guard let first = refused.first else { return }
        throw LedgerError(
            .bigQueryRefused,
            "\(client.dataset.tableResource) does not take \(refused.count) events, the first at position "
                + "\(first.event.position): \(first.reason.message) Load the events behind it, or correct the table.",
            details: ["position": "\(first.event.position)", "events": "\(refused.count)"]
        )
    }

    /// Loads events; they are in the table when it returns, those apart that it returns.
    ///
    /// Cost: one job for each 5 MB; where BigQuery does not take some events, up to 200 more to tell them from the others.
    ///
    /// - Returns: Those that BigQuery will never take, with the reason.
    /// - Throws: ``LedgerError``: `notFound` where the table does not exist, `forbidden`, `unavailable` where jobs fail for
    ///   reasons that pass, `timeout`, or `bigquery-refused` where the table takes next to no events, or for any other
    ///   reason that lasts; or `CancellationError`. Then some of the events may be there: load all of them again.
    public func load(_ events: [RecordedEvent]) async throws -> [RefusedEvent] {
        if events.isEmpty { return [] }
        // A table that was made anew has not got what the one before it had; one with other columns takes other rows.
        let table = try await client.tableIdentity()
        var refused: [RefusedEvent] = []
        var rows: [Row] = []
        var size = 0
        for event in events {
            let partition = Partition.index(of: event.stream, among: partitionCount)
            let row = Row(event: event, json: BigQueryEventRow.json(event, partition: partition))
            if !rows.isEmpty, size + row.json.count >= Self.bytesPerJob {
                refused += try await load(rows, into: table)
                (rows, size) = ([], 0)
            }
            rows.append(row)
            size += row.json.count + 1
        }
        refused += try await load(rows, into: table)
        return refused
    }

    /// Loads rows, those that BigQuery does not take apart.
    private func load(_ rows: [Row], into table: [String]) async throws -> [RefusedEvent] {
        var refused: [RefusedEvent] = []
        var parts = [rows]
        var divisions = 0
        while let part = parts.popLast() {
            guard let failure = try await run(part, table) else { continue }
            if part.count == 1 {
                let message = "BigQuery does not load the row (\(failure.reason))."
                let reason = TaskFailure(errorType: "BigQueryRowError", message: message)
                refused.append(RefusedEvent(part[0].event, reason: reason))
            } else {
                divisions += 1
                guard divisions <= Self.divisions else {
                    throw error(
                        .bigQueryRefused, rows, failure,
                        "Too many events are refused to tell them from the others. Compare the table's columns with "
                            + "'BigQuerySchema'."
                    )
                }
                parts += Self.divide(part, by: failure)
            }
        }
        return refused
    }

    /// The rows that are blamed and the others; halves where that tells nothing.
    private static func divide(_ rows: [Row], by failure: BigQueryJobFailure) -> [[Row]] {
        var blamed: [Row] = [], others: [Row] = []
        var end = 0
        for row in rows {
            let start = end
            end += row.json.count + 1
            if failure.blamed.contains(where: { (start..<end).contains($0) }) {
                blamed.append(row)
            } else {
                others.append(row)
            }
        }
        if !blamed.isEmpty, !others.isEmpty { return [blamed, others] }
        let middle = rows.count / 2
        return [Array(rows[..<middle]), Array(rows[middle...])]
    }

    /// Has a job load rows; jobs that failed for reasons that pass are followed by others.
    ///
    /// - Returns: `nil` where they are loaded, else what is wrong with them.
    private func run(_ rows: [Row], _ table: [String]) async throws -> BigQueryJobFailure? {
        let dataset = client.dataset
        let digest = CanonicalDigest.hexadecimal(
            of: [dataset.cloud.project, dataset.name] + table + ["\(partitionCount)"]
                + rows.flatMap { ["\($0.event.position)", $0.event.id.rawValue, $0.event.hash.description] }
        )
        var attempt = 0, begun = 0
        while true {
            attempt += 1
            let id = "eventledger_\(digest)_\(attempt)"
            let state: BigQueryJobState
            if let known = try await client.state(ofJob: id) {
                state = known
            } else {
                state = try await client.load(Self.content(of: rows), job: id)
                begun += 1
            }
            guard let failure = try await failure(ofJob: id, state) else { return nil }
            if failure.isAboutRows { return failure }
            guard failure.isPassing else { throw refusal(rows, failure) }
            guard begun < Self.attempts else {
                throw error(.unavailable, rows, failure, "Load them again later.")
            }
            if begun > 0 { try await clock.sleep(for: .milliseconds(250 << begun)) }
        }
    }

    private static func content(of rows: [Row]) -> [UInt8] {
        var content: [UInt8] = []
        content.reserveCapacity(rows.reduce(0) { $0 + $1.json.count + 1 })
        for row in rows {
            content += row.json
            content.append(UInt8(ascii: "\n"))
        }
        return content
    }

    /// Waits until a job is done.
    ///
    /// - Parameter state: How it stood when it was begun, or found.
    private func failure(ofJob id: String, _ state: BigQueryJobState) async throws -> BigQueryJobFailure? {
        var state = state
        let end = clock.now + deadline
        var pause = Duration.milliseconds(200)
        while true {
            switch state {
            case .done: return nil
            case .failed(let failure): return failure
            case .running: break
            }
            guard clock.now < end else {
                throw LedgerError(
                    .timeout,
                    "A load job into \(client.dataset.tableResource) is not done in time. Load the events again to wait on.",
                    details: ["job": id]
                )
            }
            try await clock.sleep(for: pause)
            pause = min(pause * 2, .seconds(5))
            guard let next = try await client.state(ofJob: id) else {
                throw LedgerError(
                    .notFound,
                    "A load job into \(client.dataset.tableResource) is not found where it was begun. Name the dataset's "
                        + "location.",
                    details: ["job": id]
                )
            }
            state = next
        }
    }

    private func refusal(_ rows: [Row], _ failure: BigQueryJobFailure) -> LedgerError {
        switch failure.reason {
        case "notFound": error(.notFound, rows, failure, "Create the table with 'BigQuerySchema.create'.")
        case "accessDenied": error(.forbidden, rows, failure, "Grant what 'Documentation/google-cloud.md' names.")
        default: error(.bigQueryRefused, rows, failure, "Look at the job in BigQuery.")
        }
    }

    private func error(
        _ code: LedgerError.Code, _ rows: [Row], _ failure: BigQueryJobFailure, _ advice: String
    ) -> LedgerError {
        LedgerError(
            code,
            "\(rows.count) events could not be loaded into \(client.dataset.tableResource) (\(failure.reason)). \(advice)",
            details: [
                "reason": failure.reason, "first": rows.first?.event.id.rawValue ?? "",
                "last": rows.last?.event.id.rawValue ?? "",
            ]
        )
    }
}
